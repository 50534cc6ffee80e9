// SPDX-License-Identifier: MIT
// A way of waiting for news of a device; the spinning ones are made from one that looks at the fds.
#pragma once

#include <cstdint>
#include <memory>

namespace tgtctl {

class Waiter {
 public:
  virtual ~Waiter() = default;
  // WAIT_* bits, 0 when the time is over, or -errno. `next`: the free-running index in kuring of the
  // event that would be news.
  virtual int wait(int64_t ns, uint32_t next, uint64_t* stamp) = 0;
};

// On rings and telemetry of this process (see tgt_sim_file_base), which outlive `fds`.
std::unique_ptr<Waiter> spin_on_memory(std::unique_ptr<Waiter> fds, void* memory, bool owner);
// On a device, through a mapping of its own: the caller may unmap his at any time. nullptr: *err.
std::unique_ptr<Waiter> spin_on_device(std::unique_ptr<Waiter> fds, int fd, bool owner, int* err);

}  // namespace tgtctl
