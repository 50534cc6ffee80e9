// SPDX-License-Identifier: MIT
// What a native thread can do to a backing store.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace tgtctl {

struct Operation {
  // Also the order of their names in operations.cc.
  enum Kind { kSync, kPunch, kZero, kFill, kWrite, kCompare, kCheck, kPrefetch } kind;
  int fd;
  off_t offset, length;
  // An address of this process, which need not be there: EFAULT, never a signal.
  uint64_t source;
  size_t source_length;
};

struct Outcome {
  int err;     // 0 or a positive errno; ENXIO: the file ends before the range does
  int64_t at;  // kCompare: the first byte that differs, from `offset`; else -1
};

bool operation_kind(const std::string& name, Operation::Kind* kind);
Outcome run_operation(const Operation& op);

}  // namespace tgtctl
