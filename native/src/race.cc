// SPDX-License-Identifier: MIT
// Owns the doorbell that is rung while a second thread changes the slot: what a hostile responder
// may do at any time (H05, H10). The race is on ring memory alone, and meant.
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>

#include "shim.h"

namespace tgtctl {

namespace {

constexpr size_t kMostWords = 64;

// Copies of both contents and where they go, in 32-bit words.
struct Race {
  uint32_t* target;
  uint32_t first[kMostWords], second[kMostWords];
  size_t words;
};

// Word by word, so that what is seen is old and new words, never half a word of ours.
void put(uint32_t* target, const uint32_t* from, size_t words) {
  for (size_t i = 0; i < words; i++) __atomic_store_n(&target[i], from[i], __ATOMIC_RELAXED);
}

void copy_words(const Napi::CallbackInfo& info, size_t at, const char* name, size_t size,
                uint32_t* to) {
  Napi::Uint8Array bytes = arg_bytes(info, at, name);
  if (bytes.ByteLength() != size) throw_type(info.Env(), "contents: as long as the target expected");
  memcpy(to, bytes.Data(), size);
}

Race arg_race(const Napi::CallbackInfo& info) {
  Napi::Uint8Array target = arg_bytes(info, 1, "target");
  size_t size = target.ByteLength();
  if (size % 4 || size > kMostWords * 4 || reinterpret_cast<uintptr_t>(target.Data()) % 4)
    throw_type(info.Env(), "target: at most 256 bytes in whole words expected");
  Race race{};
  race.target = reinterpret_cast<uint32_t*>(target.Data());
  race.words = size / 4;
  copy_words(info, 2, "first", size, race.first);
  copy_words(info, 3, "second", size, race.second);
  return race;
}

// Rings once the other thread is at it, and joins it: nothing is written after the return.
template <class F>
int ring_during(const Race& race, F ring) {
  std::atomic<bool> running{false}, stop{false};
  std::thread writer;
  try {
    writer = std::thread([&] {
      while (!stop.load(std::memory_order_relaxed)) {
        put(race.target, race.first, race.words);
        put(race.target, race.second, race.words);
        running.store(true, std::memory_order_relaxed);
      }
    });
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  while (!running.load(std::memory_order_relaxed)) std::this_thread::yield();
  int err = ring();
  stop.store(true, std::memory_order_relaxed);
  writer.join();
  return err;
}

int write_byte(int fd) {
  ssize_t n;
  do n = write(fd, "", 1);
  while (n < 0 && errno == EINTR);
  return n < 0 ? errno : 0;
}

void kick_racing(const Napi::CallbackInfo& info) {
  int fd = arg_int(info, 0, "fd");
  int err = ring_during(arg_race(info), [fd] { return write_byte(fd); });
  if (err) throw_errno(info.Env(), err, "write");
}

void sim_kick_racing(const Napi::CallbackInfo& info) {
  int number = arg_int(info, 0, "handle");
  int err = ring_during(arg_race(info), [number] { return sim_kick(number); });
  if (err) throw_errno(info.Env(), err, "write");
}

}  // namespace

void init_race(Napi::Env env, Napi::Object exports) {
  add<kick_racing>(env, exports, "kickRacing");
  add<sim_kick_racing>(env, exports, "simKickRacing");
}

}  // namespace tgtctl
