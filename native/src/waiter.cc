// SPDX-License-Identifier: MIT
// Owns the waiters: ways of waiting for news of a device, each made once and used often, by one thread.
#include <sys/mman.h>

#include <cerrno>
#include <map>

#include "shim.h"
#include "simulators.h"
#include "sleepers.h"

namespace tgtctl {

namespace {

class Waiter {
 public:
  virtual ~Waiter() = default;
  // WAIT_* bits, 0 when the time is over, or -errno. `next`: the free-running index in kuring of the
  // event that would be news.
  virtual int wait(int64_t ns, uint32_t next, uint64_t* stamp) = 0;
};

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
    auto sleep = [](void* sleeper, int64_t left, uint64_t* at) {
      return static_cast<Sleeper*>(sleeper)->sleep(left, at);
    };
    int bits = tgt_sim_wait_by(file_, wake_fd_, ns, stamp, sleep, sleeper_.get());
    return bits == -ENODEV ? kGone : bits;
  }

 private:
  tgt_sim_file* file_;
  std::unique_ptr<Sleeper> sleeper_;
  int wake_fd_;
};

// Where a busy thread reads that there is news.
class Watched {
 public:
  // As the owner sees it (`telemetry` null), who takes each event itself, or as an observer, from whom
  // the owner may have taken it before he looks.
  Watched(void* rings, const tgt_telemetry* telemetry) : telemetry_(telemetry) {
    if (rings) tgt_ring_init(&kuring_, rings);
  }
  bool published(uint32_t next) const {
    if (telemetry_) return tgt_load_acquire(&telemetry_->kuring_produced) != next;
    return tgt_load_acquire(&tgt_ring_hdr(&kuring_, next)->status) != 0;
  }

 private:
  tgt_ring kuring_ = {};
  const tgt_telemetry* telemetry_;
};

// A mapping of the waiter's own: the caller may unmap his at any time.
class OwnMapping {
 public:
  OwnMapping(int fd, off_t offset, size_t size)
      : size_(size), base_(mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, offset)) {}
  OwnMapping(const OwnMapping&) = delete;
  OwnMapping& operator=(const OwnMapping&) = delete;
  ~OwnMapping() {
    if (base()) munmap(base_, size_);
  }
  void* base() const { return base_ == MAP_FAILED ? nullptr : base_; }

 private:
  size_t size_;
  void* base_;
};

// Reads the slot until it changes. The fds are looked at only now and then: it costs a system call.
class SpinWaiter final : public Waiter {
 public:
  SpinWaiter(std::unique_ptr<Waiter> fds, std::unique_ptr<OwnMapping> mapping, Watched watched)
      : fds_(std::move(fds)), mapping_(std::move(mapping)), watched_(watched) {}

  int wait(int64_t ns, uint32_t next, uint64_t* stamp) override {
    uint64_t now = now_ns();
    uint64_t end = now + static_cast<uint64_t>(ns);
    for (;;) {
      // also where news never ends: a wake-up must not starve
      if (now - looked_ >= kLookEveryNs) {
        looked_ = now;
        int bits = fds_->wait(0, next, stamp);
        if (bits) return bits;
      }
      for (int i = ns ? kSpins : 1; i > 0; i--) {
        if (watched_.published(next)) {
          *stamp = now_ns();
          return kDevice;
        }
        relax();
      }
      now = now_ns();
      *stamp = now;
      if (ns >= 0 && now >= end) return ns ? 0 : fds_->wait(0, next, stamp);
    }
  }

 private:
  static constexpr uint64_t kLookEveryNs = 100000;
  // between two looks at the clock, 1 to 5 us
  static constexpr int kSpins = 64;

  static void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
  }

  std::unique_ptr<Waiter> fds_;
  std::unique_ptr<OwnMapping> mapping_;
  Watched watched_;
  uint64_t looked_ = 0;
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

std::unique_ptr<Waiter> spin_on_device(Napi::Env env, std::unique_ptr<Waiter> fds, int fd,
                                       bool owner) {
  std::unique_ptr<OwnMapping> mapping;
  if (!owner) {
    mapping = std::make_unique<OwnMapping>(fd, TGT_TELEMETRY_OFFSET, 4096);
    auto* telemetry = static_cast<const tgt_telemetry*>(mapping->base());
    if (telemetry)
      return std::make_unique<SpinWaiter>(std::move(fds), std::move(mapping),
                                          Watched(nullptr, telemetry));
  }
  mapping = std::make_unique<OwnMapping>(fd, 0, TGT_RINGS_SIZE);
  void* rings = mapping->base();
  if (!rings) throw_errno(env, errno, "mmap");
  return std::make_unique<SpinWaiter>(std::move(fds), std::move(mapping), Watched(rings, nullptr));
}

Napi::Value create(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string mode = arg_string(info, 0, "mode");
  int fd = arg_int(info, 1, "fd");
  int wake_fd = arg_int(info, 2, "wakeFd");
  bool owner = arg_mode(info, 3);
  std::unique_ptr<Waiter> waiter =
      std::make_unique<DeviceWaiter>(need_sleeper(env, mode, fd, wake_fd), wake_fd);
  if (mode == "spin") waiter = spin_on_device(env, std::move(waiter), fd, owner);
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
  if (mode == "spin") {
    // stays while there is a reference to the file, and the waiter below has one
    auto* base = static_cast<uint8_t*>(tgt_sim_file_base(file));
    auto* telemetry = reinterpret_cast<const tgt_telemetry*>(base + TGT_TELEMETRY_OFFSET);
    waiter = std::make_unique<SpinWaiter>(
        std::move(waiter), nullptr, Watched(base, tgt_sim_file_owns(file) ? nullptr : telemetry));
  }
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
