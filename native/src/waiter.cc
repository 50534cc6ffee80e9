// SPDX-License-Identifier: MIT
// Owns the waiters: ways of waiting for news of a device, each made once and used often, by one thread.
#include <cerrno>
#include <map>

#include "shim.h"
#include "simulators.h"
#include "sleepers.h"
#include "waiter.h"

namespace tgtctl {

namespace {

class DeviceWaiter final : public Waiter {
 public:
  DeviceWaiter(std::unique_ptr<Sleeper> sleeper, int wake_fd)
      : sleeper_(std::move(sleeper)), wake_fd_(wake_fd) {}

  int wait(int64_t ns, uint32_t, uint64_t* stamp) override {
    int bits = sleep_on(*sleeper_, ns, stamp);
    if (bits > 0 && (bits & kWake)) clear_wake(wake_fd_);
    return bits;
  }

 private:
  std::unique_ptr<Sleeper> sleeper_;
  int wake_fd_;
};

class SimWaiter final : public Waiter {
 public:
  // Takes over the reference to the file.
  SimWaiter(tgt_sim_file* file, std::unique_ptr<Sleeper> sleeper, int wake_fd)
      : file_(file), sleeper_(std::move(sleeper)), wake_fd_(wake_fd) {}
  SimWaiter(const SimWaiter&) = delete;
  SimWaiter& operator=(const SimWaiter&) = delete;
  ~SimWaiter() override {
    sleeper_.reset();
    tgt_sim_file_put(file_);
  }

  int wait(int64_t ns, uint32_t, uint64_t* stamp) override {
    int bits = sim_wait_by(file_, wake_fd_, ns, stamp, *sleeper_);
    return bits == -ENODEV ? kGone : bits;
  }

 private:
  tgt_sim_file* file_;
  std::unique_ptr<Sleeper> sleeper_;
  int wake_fd_;
};

}  // namespace

// Of one thread, by numbers that are never used twice.
class Waiters {
 public:
  int add(std::unique_ptr<Waiter> waiter) {
    all_[++last_] = std::move(waiter);
    return last_;
  }
  Waiter* find(int number) {
    auto found = all_.find(number);
    return found == all_.end() ? nullptr : found->second.get();
  }
  void remove(int number) { all_.erase(number); }

 private:
  std::map<int, std::unique_ptr<Waiter>> all_;
  int last_ = 0;
};

namespace {

std::unique_ptr<Sleeper> need_sleeper(Napi::Env env, const std::string& mode, int fd,
                                      int wake_fd) {
  try {
    // who spins looks at the fds by poll()
    auto sleeper = make_sleeper(mode == "spin" ? "poll" : mode, fd, wake_fd);
    if (sleeper) return sleeper;
  } catch (const Failure& failure) {
    throw_errno(env, failure.err, failure.syscall);
  }
  throw_type(env, "mode: \"poll\", \"epoll\", \"uv\" or \"spin\" expected");
}

Napi::Value create(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string mode = arg_string(info, 0, "mode");
  int fd = arg_int(info, 1, "fd");
  int wake_fd = arg_int(info, 2, "wakeFd");
  bool owner = arg_mode(info, 3);
  std::unique_ptr<Waiter> waiter =
      std::make_unique<DeviceWaiter>(need_sleeper(env, mode, fd, wake_fd), wake_fd);
  if (mode == "spin") {
    int err;
    waiter = spin_on_device(std::move(waiter), fd, owner, &err);
    if (!waiter) throw_errno(env, err, "mmap");
  }
  return Napi::Number::New(env, state(env).waiters->add(std::move(waiter)));
}

Napi::Value create_sim(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string mode = arg_string(info, 0, "mode");
  int number = arg_int(info, 1, "handle");
  int wake_fd = arg_int(info, 2, "wakeFd");
  int err;
  tgt_sim_file* file = sim_file(number, &err);
  if (!file) throw_errno(env, err, "waiterCreate");
  std::unique_ptr<tgt_sim_file, void (*)(tgt_sim_file*)> reference(file, tgt_sim_file_put);
  auto sleeper = need_sleeper(env, mode, tgt_sim_event_fd(file), wake_fd);
  std::unique_ptr<Waiter> waiter =
      std::make_unique<SimWaiter>(reference.release(), std::move(sleeper), wake_fd);
  // the waiter's own reference keeps the memory
  if (mode == "spin")
    waiter = spin_on_memory(std::move(waiter), tgt_sim_file_base(file), tgt_sim_file_owns(file));
  return Napi::Number::New(env, state(env).waiters->add(std::move(waiter)));
}

// Plain N-API, as wait(): once per batch of events.
napi_value wait(napi_env env, napi_callback_info info) {
  WaiterArgs args;
  if (!waiter_args(env, info, &args)) return nullptr;
  Waiter* waiter = state(env).waiters->find(args.waiter);
  if (!waiter) return throw_errno_raw(env, EBADF, "waiterWait");
  uint64_t stamp = 0;
  bool stopped;
  args.stamp.begin();
  int bits = sleep_in_slices(env, args.timeout_ns, &stopped,
                             [&](int64_t ns) { return waiter->wait(ns, args.next, &stamp); });
  if (stopped) return nullptr;
  if (bits < 0) return throw_errno_raw(env, -bits, "poll");
  args.stamp.put(stamp);
  napi_value result = nullptr;
  napi_create_int32(env, bits, &result);
  return result;
}

void destroy(const Napi::CallbackInfo& info) {
  state(info.Env()).waiters->remove(arg_int(info, 0, "waiter"));
}

}  // namespace

void init_waiters(Napi::Env env, Napi::Object exports, State* state) {
  state->waiters = std::make_shared<Waiters>();
  add<create>(env, exports, "waiterCreate");
  add<create_sim>(env, exports, "simWaiterCreate");
  add_raw(env, exports, "waiterWait", wait);
  add<destroy>(env, exports, "waiterDestroy");
}

}  // namespace tgtctl
