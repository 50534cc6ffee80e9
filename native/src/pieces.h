// SPDX-License-Identifier: MIT
// Reads and writes of a store in pieces: whole or with an errno, never a signal.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "operations.h"

namespace tgtctl {

constexpr size_t kPiece = 1 << 20;

using Buffer = std::unique_ptr<uint8_t[]>;
// kPiece bytes, or nothing.
Buffer make_buffer();

template <class F>
auto retry(F call) {
  decltype(call()) n;
  do n = call();
  while (n < 0 && errno == EINTR);
  return n;
}

inline size_t piece_of(off_t left) {
  return static_cast<size_t>(std::min<off_t>(left, kPiece));
}

// ENXIO if the file or block device ends before `end`.
int check_room(int fd, off_t end);
int write_all(int fd, const void* from, size_t size, off_t offset);
int read_all(int fd, uint8_t* to, size_t size, off_t offset);

// The source of an operation over and over, a piece at a time.
class Pattern {
 public:
  explicit Pattern(const Operation& op);
  // The bytes from `position` on and how many there are; positions come in order.
  int at(uint64_t position, const uint8_t** bytes, size_t* size);

 private:
  int repeat();

  const Operation& op_;
  Buffer buffer_;
  size_t size_ = 0;  // of the whole patterns in the buffer; 0: a pattern is larger
  int err_ = 0;
};

}  // namespace tgtctl
