// SPDX-License-Identifier: MIT
// Owns the store operations themselves: blocking, on any thread, without JavaScript.
#include "operations.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <iterator>

#include "pieces.h"

namespace tgtctl {

namespace {

const uint8_t zeroes[kPiece] = {};

// A block device says EINVAL to a range that does not suit its blocks.
bool unsupported(int fd, int err) {
  struct stat st;
  if (err == EOPNOTSUPP || err == ENOSYS || err == ENOTTY) return true;
  return err == EINVAL && fstat(fd, &st) == 0 && S_ISBLK(st.st_mode);
}

int write_zeroes(const Operation& op) {
  for (off_t done = 0; done < op.length;) {
    size_t size = piece_of(op.length - done);
    int err = write_all(op.fd, zeroes, size, op.offset + done);
    if (err) return err;
    done += static_cast<off_t>(size);
  }
  return 0;
}

int zero(const Operation& op) {
  int mode = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE;
  if (retry([&] { return fallocate(op.fd, mode, op.offset, op.length); }) == 0) return 0;
  return unsupported(op.fd, errno) ? write_zeroes(op) : errno;
}

int punch(const Operation& op) {
  int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  if (retry([&] { return fallocate(op.fd, mode, op.offset, op.length); }) == 0) return 0;
  return unsupported(op.fd, errno) ? zero(op) : errno;
}

int fill(const Operation& op) {
  if (!op.source_length) return EINVAL;
  Pattern pattern(op);
  for (off_t done = 0; done < op.length;) {
    const uint8_t* bytes;
    size_t size;
    int err = pattern.at(static_cast<uint64_t>(done), &bytes, &size);
    size = std::min(size, piece_of(op.length - done));
    if (!err) err = write_all(op.fd, bytes, size, op.offset + done);
    if (err) return err;
    done += static_cast<off_t>(size);
  }
  return 0;
}

Outcome compare(const Operation& op) {
  Buffer found = make_buffer();
  if (!found) return {ENOMEM, -1};
  if (!op.source_length) return {EINVAL, -1};
  Pattern pattern(op);
  for (off_t done = 0; done < op.length;) {
    const uint8_t* wanted;
    size_t size;
    int err = pattern.at(static_cast<uint64_t>(done), &wanted, &size);
    size = std::min(size, piece_of(op.length - done));
    if (!err) err = read_all(op.fd, found.get(), size, op.offset + done);
    if (err) return {err, -1};
    if (memcmp(wanted, found.get(), size))
      return {0, done + (std::mismatch(wanted, wanted + size, found.get()).first - wanted)};
    done += static_cast<off_t>(size);
  }
  return {0, -1};
}

// Nothing can be wrong with a hole, and a sparse disk is mostly holes.
int check(const Operation& op) {
  Buffer buffer = make_buffer();
  if (!buffer) return ENOMEM;
  off_t end = op.offset + op.length;
  for (off_t at = op.offset; at < end;) {
    int err = check_room(op.fd, end);
    if (err) return err;
    off_t data = lseek(op.fd, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) return 0;
    if (data > at) at = data;
    if (at >= end) return 0;
    size_t size = piece_of(end - at);
    err = read_all(op.fd, buffer.get(), size, at);
    if (err) return err;
    at += static_cast<off_t>(size);
  }
  return 0;
}

int run_in_range(const Operation& op) {
  switch (op.kind) {
    case Operation::kPunch:
      return punch(op);
    case Operation::kZero:
      return zero(op);
    case Operation::kFill:
      return fill(op);
    case Operation::kWrite:
      return write_all(op.fd, reinterpret_cast<void*>(op.source), static_cast<size_t>(op.length),
                       op.offset);
    default:
      return check(op);
  }
}

}  // namespace

bool operation_kind(const std::string& name, Operation::Kind* kind) {
  static const char* const names[] = {"sync",  "punch",   "zero",  "fill",
                                      "write", "compare", "check", "prefetch"};
  auto found = std::find(std::begin(names), std::end(names), name);
  *kind = static_cast<Operation::Kind>(found - std::begin(names));
  return found != std::end(names);
}

Outcome run_operation(const Operation& op) {
  // What was stored through shared mappings is written too, as msync does.
  if (op.kind == Operation::kSync)
    return {retry([&] { return fdatasync(op.fd); }) < 0 ? errno : 0, -1};
  if (!op.length) return {0, -1};
  if (op.kind == Operation::kPrefetch) {
    (void)posix_fadvise(op.fd, op.offset, op.length, POSIX_FADV_WILLNEED);
    return {0, -1};
  }
  off_t end;
  if (__builtin_add_overflow(op.offset, op.length, &end)) return {EINVAL, -1};
  int err = check_room(op.fd, end);
  if (err) return {err, -1};
  return op.kind == Operation::kCompare ? compare(op) : Outcome{run_in_range(op), -1};
}

}  // namespace tgtctl
