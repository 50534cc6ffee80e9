// SPDX-License-Identifier: MIT
// What the shim's files share: errors with errno, argument checks, state per thread of JavaScript.
#pragma once

// A call cut short by worker.terminate() fails, and so does throwing that as a
// JavaScript exception: nobody is left to see it. Without this the C++ exception
// would go on through Node's frames and abort the process.
#define NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>

namespace tgtctl {

// Throws Error with code ("ENOENT"), errno (negative, as Node's) and syscall.
[[noreturn]] void throw_errno(Napi::Env env, int err, const char* syscall);
// The same from a plain N-API function; returns nullptr for it to return.
napi_value throw_errno_raw(napi_env env, int err, const char* syscall);
[[noreturn]] void throw_type(Napi::Env env, const char* message);

int32_t arg_int(const Napi::CallbackInfo& info, size_t at, const char* name);
// A whole number from 0 to 2^53.
uint64_t arg_size(const Napi::CallbackInfo& info, size_t at, const char* name);
bool arg_bool(const Napi::CallbackInfo& info, size_t at, const char* name);
std::string arg_string(const Napi::CallbackInfo& info, size_t at, const char* name);
// A BigInt from 0 to 2^64 - 1.
uint64_t arg_u64(const Napi::CallbackInfo& info, size_t at, const char* name);
// "rw" = true, "ro" = false.
bool arg_mode(const Napi::CallbackInfo& info, size_t at);
Napi::Uint8Array arg_bytes(const Napi::CallbackInfo& info, size_t at, const char* name);

// A BigUint64Array of the caller's, or nothing.
struct Stamp {
  uint64_t* words = nullptr;
  size_t length = 0;
  // Before the wait: in a third word, when it begins.
  void begin() const;
  // After it: when it returned, and in a second word the processor that this thread is on.
  void put(uint64_t ns) const;
};

// The arguments of the two hot calls, without a JavaScript object made for them.
struct WaitArgs {
  int32_t fd;
  int32_t wake_fd;
  int64_t timeout_ns;  // < 0 for ever
  Stamp stamp;
};
// False: an exception is pending.
bool wait_args(napi_env env, napi_callback_info info, WaitArgs* args);
bool one_int(napi_env env, napi_callback_info info, int32_t* value);
// The arguments of a wait on a waiter: (waiter, timeoutMs, stamp, next).
struct WaiterArgs {
  int32_t waiter;
  int64_t timeout_ns;
  Stamp stamp;
  uint32_t next;
};
bool waiter_args(napi_env env, napi_callback_info info, WaiterArgs* args);

// A thread asleep in a system call cannot be terminated, and process.exit() waits
// for every worker. So no sleep is longer than a slice; `once(ns)` sleeps at most
// ns (kTick: until a clock ticks) and returns 0 when that time is over. *stopped: JavaScript is over here.
template <class F>
int sleep_in_slices(napi_env env, int64_t timeout_ns, bool* stopped, F once);
bool still_running(napi_env env);

class Background;
class Waiters;

// One per environment (main thread, each worker); nothing else is per process
// but what background.cc, memory.cc and simulator.cc guard with a mutex.
struct State {
  std::shared_ptr<Background> background;
  std::shared_ptr<Waiters> waiters;
};
State& state(Napi::Env env);

constexpr int kDevice = 1, kWake = 2, kGone = 4;

// CLOCK_MONOTONIC.
uint64_t now_ns();

void init_memory(Napi::Env env, Napi::Object exports);
void init_files(Napi::Env env, Napi::Object exports);
void init_wait(Napi::Env env, Napi::Object exports);
void init_background(Napi::Env env, Napi::Object exports, State* state);
void init_simulator(Napi::Env env, Napi::Object exports);
void init_scheduling(Napi::Env env, Napi::Object exports);
void init_waiters(Napi::Env env, Napi::Object exports, State* state);
void init_race(Napi::Env env, Napi::Object exports);
void init_scsi(Napi::Env env, Napi::Object exports);

// The doorbell of a simulator's file, named by its number: 0 or a positive errno.
int sim_kick(int number);

template <Napi::Value (*F)(const Napi::CallbackInfo&)>
void add(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<F>(env, name));
}
template <void (*F)(const Napi::CallbackInfo&)>
void add(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<F>(env, name));
}
void add_raw(Napi::Env env, Napi::Object exports, const char* name, napi_callback f);

constexpr int64_t kSliceNs = 250000000;
// As a sleep's time: until the thread's clock ticks, within a slice. A time-out would be a timer to arm and to
// take back around each wake-up.
constexpr int64_t kTick = INT64_MAX;

template <class F>
int sleep_in_slices(napi_env env, int64_t timeout_ns, bool* stopped, F once) {
  *stopped = false;
  for (int64_t left = timeout_ns;;) {
    int64_t slice = left < 0 ? kTick : left < kSliceNs ? left : kSliceNs;
    int n = once(slice);
    if (n || slice == left) return n;
    if (!still_running(env)) {
      *stopped = true;
      return 0;
    }
    if (left >= 0) left -= slice;
  }
}

}  // namespace tgtctl
