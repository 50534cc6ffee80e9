// SPDX-License-Identifier: MIT
// One sleep on a device's fd and a wake fd, by poll(2), epoll(7) or a libuv loop of its own.
#pragma once

#include <poll.h>

#include <cstdint>
#include <memory>
#include <string>

namespace tgtctl {

// Used by one thread. The fds have to outlive it; -1 as wake fd: none.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Sleeps at most `ns` (< 0: for ever; kTick). kDevice, kGone and kWake of what is ready, 0 when the time is
  // over, or -errno, -EINTR among them. *stamp: when it returned.
  virtual int sleep(int64_t ns, uint64_t* stamp) = 0;
};

class PollSleeper final : public Sleeper {
 public:
  PollSleeper(int fd, int wake_fd);
  int sleep(int64_t ns, uint64_t* stamp) override;

 private:
  pollfd fds_[3];
};

struct Failure {
  int err;  // a positive errno
  const char* syscall;
};

// "poll", "epoll" or "uv". Throws Failure; nullptr: there is no such way.
std::unique_ptr<Sleeper> make_sleeper(const std::string& how, int fd, int wake_fd);

// The same until it is over, whatever signals come in.
int sleep_on(Sleeper& sleeper, int64_t ns, uint64_t* stamp);
void clear_wake(int wake_fd);

}  // namespace tgtctl
