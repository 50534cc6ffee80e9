// SPDX-License-Identifier: MIT
// Owns the ways to sleep on two fds.
#include "sleepers.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>

#include "shim.h"

namespace tgtctl {

namespace {

// A timer that ticks as long as its thread lives.
class Clock {
 public:
  Clock() : fd_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
    itimerspec period = {{0, kSliceNs}, {0, kSliceNs}};
    if (fd_ < 0) throw Failure{errno, "timerfd_create"};
    timerfd_settime(fd_, 0, &period, nullptr);
  }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  ~Clock() { close(fd_); }
  static int fd() {
    thread_local Clock clock;
    return clock.fd_;
  }
  static void clear() {
    uint64_t ticks;
    (void)!read(fd(), &ticks, sizeof(ticks));
  }

 private:
  int fd_;
};

}  // namespace

PollSleeper::PollSleeper(int fd, int wake_fd)
    : fds_{{fd, POLLIN, 0}, {wake_fd, POLLIN, 0}, {Clock::fd(), POLLIN, 0}} {}

int PollSleeper::sleep(int64_t ns, uint64_t* stamp) {
  bool endless = ns < 0 || ns == kTick;
  timespec ts = {ns / 1000000000, ns % 1000000000};
  int n = ppoll(fds_, ns == kTick ? 3 : 2, endless ? nullptr : &ts, nullptr);
  int err = errno;
  *stamp = now_ns();
  if (n < 0) return -err;
  if ((fds_[0].revents | fds_[1].revents) & POLLNVAL) return -EBADF;
  int bits = 0;
  if (fds_[0].revents & POLLIN) bits |= kDevice;
  if (fds_[0].revents & (POLLERR | POLLHUP)) bits |= kGone;
  if (fds_[1].revents & POLLIN) bits |= kWake;
  if (ns == kTick && (fds_[2].revents & POLLIN)) Clock::clear();
  return bits;
}

namespace {

// Whole milliseconds are all that epoll_wait() and libuv know; no time-out comes too early.
int whole_ms(int64_t ns) {
  return ns < 0 || ns == kTick ? -1 : static_cast<int>(std::min<int64_t>((ns + 999999) / 1000000, 1000000));
}

class EpollSleeper final : public Sleeper {
 public:
  EpollSleeper(int fd, int wake_fd) : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw Failure{errno, "epoll_create1"};
    int err = add(fd, kDevice);
    if (!err && wake_fd >= 0) err = add(wake_fd, kWake);
    if (!err) err = add(Clock::fd(), kClock);
    if (!err) return;
    close(epoll_);
    throw Failure{err, "epoll_ctl"};
  }
  EpollSleeper(const EpollSleeper&) = delete;
  EpollSleeper& operator=(const EpollSleeper&) = delete;
  ~EpollSleeper() override { close(epoll_); }

  int sleep(int64_t ns, uint64_t* stamp) override {
    epoll_event events[3];
    int n = epoll_wait(epoll_, events, 3, whole_ms(ns));
    int err = errno;
    *stamp = now_ns();
    if (n < 0) return -err;
    int bits = 0;
    for (int i = 0; i < n; i++) {
      if (events[i].events & EPOLLIN) bits |= static_cast<int>(events[i].data.u32);
      if (events[i].data.u32 == kDevice && (events[i].events & (EPOLLERR | EPOLLHUP)))
        bits |= kGone;
    }
    if (!(bits & kClock)) return bits;
    Clock::clear();
    bits &= ~kClock;
    return bits || ns == kTick ? bits : -EINTR;  // its own time goes on
  }

 private:
  static constexpr int kClock = 8;

  int add(int fd, uint32_t bit) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u32 = bit;
    return epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0 ? errno : 0;
  }

  int epoll_;
};

// As a program built on libuv meets it: the time is taken in the callback.
class UvSleeper final : public Sleeper {
 public:
  UvSleeper(int fd, int wake_fd) {
    int err = uv_loop_init(&loop_);
    if (err) throw Failure{-err, "uv_loop_init"};
    uv_timer_init(&loop_, &timer_);
    timer_.data = this;
    err = watch(&device_, fd);
    if (!err && wake_fd >= 0) err = watch(&wake_, wake_fd);
    if (!err) err = watch(&clock_, Clock::fd());
    if (!err) return;
    end();
    throw Failure{-err, "uv_poll_init"};
  }
  UvSleeper(const UvSleeper&) = delete;
  UvSleeper& operator=(const UvSleeper&) = delete;
  ~UvSleeper() override { end(); }

  int sleep(int64_t ns, uint64_t* stamp) override {
    bits_ = gone_;
    over_ = false;
    ticking_ = ns == kTick;
    stamp_ = 0;
    if (ns == 0 || gone_) {
      uv_run(&loop_, UV_RUN_NOWAIT);
    } else {
      sleep_long(ns);
    }
    *stamp = stamp_ ? stamp_ : now_ns();
    return bits_;
  }

 private:
  void sleep_long(int64_t ns) {
    if (ns > 0 && ns != kTick) {
      uv_update_time(&loop_);
      // the loop's clock stands up to a millisecond behind
      uv_timer_start(&timer_, on_timer, static_cast<uint64_t>(whole_ms(ns)) + 1, 0);
    }
    while (!bits_ && !over_) uv_run(&loop_, UV_RUN_ONCE);
    uv_timer_stop(&timer_);
  }

  static void on_timer(uv_timer_t* timer) { static_cast<UvSleeper*>(timer->data)->over_ = true; }

  static void on_poll(uv_poll_t* poll, int status, int events) {
    auto* self = static_cast<UvSleeper*>(poll->data);
    if (poll == &self->clock_) {
      Clock::clear();
      if (self->ticking_) self->over_ = true;
      return;
    }
    if (!self->stamp_) self->stamp_ = now_ns();
    if (poll == &self->wake_) {
      self->bits_ |= kWake;
      return;
    }
    // libuv takes an fd with POLLERR off its list and says so this once
    if (status < 0 || (events & UV_DISCONNECT)) self->gone_ = kGone;
    self->bits_ |= self->gone_;
    if (events & UV_READABLE) self->bits_ |= kDevice;
  }

  int watch(uv_poll_t* poll, int fd) {
    int flags = fcntl(fd, F_GETFL);
    int err = uv_poll_init(&loop_, poll, fd);
    if (err) return err;
    // it has made the open file non-blocking, for everybody who has it
    fcntl(fd, F_SETFL, flags);
    poll->data = this;
    return uv_poll_start(poll, UV_READABLE | UV_DISCONNECT, on_poll);
  }

  void end() {
    uv_walk(
        &loop_,
        [](uv_handle_t* handle, void*) {
          if (!uv_is_closing(handle)) uv_close(handle, nullptr);
        },
        nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  uv_loop_t loop_;
  uv_timer_t timer_;
  uv_poll_t device_, wake_, clock_;
  uint64_t stamp_ = 0;
  int bits_ = 0, gone_ = 0;
  bool over_ = false, ticking_ = false;
};

}  // namespace

std::unique_ptr<Sleeper> make_sleeper(const std::string& how, int fd, int wake_fd) {
  if (how == "poll") return std::make_unique<PollSleeper>(fd, wake_fd);
  if (how == "epoll") return std::make_unique<EpollSleeper>(fd, wake_fd);
  if (how == "uv") return std::make_unique<UvSleeper>(fd, wake_fd);
  return nullptr;
}

int sleep_on(Sleeper& sleeper, int64_t ns, uint64_t* stamp) {
  bool ends = ns >= 0 && ns != kTick;
  uint64_t end = ends ? now_ns() + static_cast<uint64_t>(ns) : 0;
  for (int64_t left = ns;;) {
    int bits = sleeper.sleep(left, stamp);
    if (bits != -EINTR) return bits;
    if (ends) left = *stamp < end ? static_cast<int64_t>(end - *stamp) : 0;
  }
}

void clear_wake(int wake_fd) {
  eventfd_t drop;
  (void)eventfd_read(wake_fd, &drop);
}

}  // namespace tgtctl
