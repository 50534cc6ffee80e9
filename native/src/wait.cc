// SPDX-License-Identifier: MIT
// Owns sleeping and waking: poll() on a device, wake fds, the doorbell, the clock.
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "scsi_tgt_if.h"
#include "shim.h"
#include "sleepers.h"

namespace tgtctl {

uint64_t now_ns() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<uint64_t>(ts.tv_sec) * 1000000000u + static_cast<uint64_t>(ts.tv_nsec);
}

namespace {

napi_value make_int(napi_env env, int32_t v) {
  napi_value result = nullptr;
  napi_create_int32(env, v, &result);
  return result;
}

// Plain N-API: called once per batch of events, makes no object.
napi_value wait(napi_env env, napi_callback_info info) {
  WaitArgs args;
  if (!wait_args(env, info, &args)) return nullptr;
  PollSleeper poll(args.fd, args.wake_fd);
  uint64_t stamp = 0;
  bool stopped;
  args.stamp.begin();
  int bits = sleep_in_slices(env, args.timeout_ns, &stopped,
                             [&](int64_t ns) { return sleep_on(poll, ns, &stamp); });
  if (stopped) return nullptr;
  if (bits < 0) return throw_errno_raw(env, -bits, "poll");
  args.stamp.put(stamp);
  if (bits & kWake) clear_wake(args.wake_fd);
  return make_int(env, bits);
}

napi_value kick(napi_env env, napi_callback_info info) {
  int32_t fd;
  if (!one_int(env, info, &fd)) return nullptr;
  ssize_t n;
  do n = write(fd, "", 1);
  while (n < 0 && errno == EINTR);
  return n < 0 ? throw_errno_raw(env, errno, "write") : nullptr;
}

napi_value wake(napi_env env, napi_callback_info info) {
  int32_t fd;
  if (!one_int(env, info, &fd)) return nullptr;
  // EAGAIN: it is awake as can be
  if (eventfd_write(fd, 1) < 0 && errno != EAGAIN) return throw_errno_raw(env, errno, "write");
  return nullptr;
}

napi_value now(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_create_bigint_uint64(env, now_ns(), &result);
  return result;
}

Napi::Value wake_fd(const Napi::CallbackInfo& info) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) throw_errno(info.Env(), errno, "eventfd");
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value read_mark(const Napi::CallbackInfo& info) {
  int fd = arg_int(info, 0, "fd");
  uint64_t produced = 0;
  ssize_t n;
  do n = read(fd, &produced, sizeof(produced));
  while (n < 0 && errno == EINTR);
  if (n < 0) throw_errno(info.Env(), errno, "read");
  if (n != static_cast<ssize_t>(sizeof(produced))) throw_errno(info.Env(), EIO, "read");
  return Napi::BigInt::New(info.Env(), produced);
}

void hold(const Napi::CallbackInfo& info) {
  int fd = arg_int(info, 0, "fd");
  __u32 on = arg_bool(info, 1, "on");
  if (ioctl(fd, TGT_IOC_HOLD, &on) < 0) throw_errno(info.Env(), errno, "ioctl");
}

}  // namespace

void init_wait(Napi::Env env, Napi::Object exports) {
  add<wake_fd>(env, exports, "wakeFd");
  add_raw(env, exports, "wake", wake);
  add_raw(env, exports, "wait", wait);
  add_raw(env, exports, "kick", kick);
  add<read_mark>(env, exports, "readMark");
  add<hold>(env, exports, "hold");
  add_raw(env, exports, "now", now);
}

}  // namespace tgtctl
