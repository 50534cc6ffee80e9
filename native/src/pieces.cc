// SPDX-License-Identifier: MIT
// Owns the copying between a store, a staging buffer and memory that may not be there.
#include "pieces.h"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <new>

namespace tgtctl {

Buffer make_buffer() { return Buffer(new (std::nothrow) uint8_t[kPiece]); }

// A write would make a shrunk file grow again. Nothing keeps others from
// shrinking it between this look and the write, so it is repeated for every piece.
int check_room(int fd, off_t end) {
  struct stat st;
  if (fstat(fd, &st) < 0) return errno;
  off_t size = S_ISBLK(st.st_mode) ? lseek(fd, 0, SEEK_END) : st.st_size;
  return size < end ? ENXIO : 0;
}

// The kernel reads `from`, so a bad address is EFAULT.
int write_all(int fd, const void* from, size_t size, off_t offset) {
  auto bytes = static_cast<const uint8_t*>(from);
  for (size_t done = 0; done < size;) {
    auto at = offset + static_cast<off_t>(done);
    int err = check_room(fd, offset + static_cast<off_t>(size));
    if (err) return err;
    ssize_t n = retry([&] { return pwrite(fd, bytes + done, std::min(size - done, kPiece), at); });
    if (n < 0) return errno;
    if (!n) return EIO;
    done += static_cast<size_t>(n);
  }
  return 0;
}

int read_all(int fd, uint8_t* to, size_t size, off_t offset) {
  for (size_t done = 0; done < size;) {
    auto at = offset + static_cast<off_t>(done);
    ssize_t n = retry([&] { return pread(fd, to + done, size - done, at); });
    if (n < 0) return errno;
    if (!n) return ENXIO;
    done += static_cast<size_t>(n);
  }
  return 0;
}

static int peek(uint64_t address, uint8_t* to, size_t size) {
  if (address + size < address) return EFAULT;
  iovec here = {to, size};
  iovec there = {reinterpret_cast<void*>(address), size};
  ssize_t n = process_vm_readv(getpid(), &here, 1, &there, 1, 0);
  if (n < 0) return errno;
  return static_cast<size_t>(n) == size ? 0 : EFAULT;
}

Pattern::Pattern(const Operation& op) : op_(op), buffer_(make_buffer()) {
  if (op.source_length > kPiece) return;
  // As many whole patterns as fit: every piece begins with one, and is read once.
  size_ = kPiece / op.source_length * op.source_length;
  if (buffer_) err_ = repeat();
}

int Pattern::repeat() {
  size_t have = op_.source_length;
  int err = peek(op_.source, buffer_.get(), have);
  for (; !err && have < size_; have *= 2)
    memcpy(buffer_.get() + have, buffer_.get(), std::min(have, size_ - have));
  return err;
}

int Pattern::at(uint64_t position, const uint8_t** bytes, size_t* size) {
  if (!buffer_) return ENOMEM;
  *bytes = buffer_.get();
  *size = size_;
  if (size_) return err_;
  uint64_t in = position % op_.source_length;
  *size = static_cast<size_t>(std::min<uint64_t>(kPiece, op_.source_length - in));
  return peek(op_.source + in, buffer_.get(), *size);
}

}  // namespace tgtctl
