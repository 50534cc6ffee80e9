// SPDX-License-Identifier: MIT
// Owns file descriptors: opening, shared memory, reads and writes of stores.
#include <fcntl.h>
#include <linux/prctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "shim.h"

namespace tgtctl {

namespace {

Napi::Value fd_value(Napi::Env env, int fd) { return Napi::Number::New(env, fd); }

int open_retry(const char* path, int flags, mode_t mode) {
  int fd;
  do fd = open(path, flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return fd;
}

Napi::Value open_file(const Napi::CallbackInfo& info) {
  std::string path = arg_string(info, 0, "path");
  int flags = arg_mode(info, 1) ? O_RDWR : O_RDONLY;
  if (!info[2].IsUndefined() && arg_bool(info, 2, "create")) flags |= O_CREAT;
  if (!info[3].IsUndefined() && arg_bool(info, 3, "exclusive")) flags |= O_EXCL;
  int fd = open_retry(path.c_str(), flags, 0600);
  if (fd < 0) throw_errno(info.Env(), errno, "open");
  return fd_value(info.Env(), fd);
}

void close_file(const Napi::CallbackInfo& info) {
  // EINTR too leaves the fd closed on Linux
  if (close(arg_int(info, 0, "fd")) < 0 && errno != EINTR)
    throw_errno(info.Env(), errno, "close");
}

std::string shm_path(const Napi::CallbackInfo& info) {
  std::string name = arg_string(info, 0, "name");
  if (name.find('/') != std::string::npos || name == "." || name == ".." || name.size() > 255)
    throw_type(info.Env(), "name: a file name without '/' expected");
  return name.empty() ? name : "/dev/shm/" + name;
}

// An empty name is a memfd. `create` never takes over an existing file, and an
// existing one must be ours: /dev/shm is everybody's.
int shared_memory_open(const std::string& path, bool create, const char** syscall) {
  *syscall = "memfd_create";
  if (path.empty()) return memfd_create("tgtctl", MFD_CLOEXEC);
  *syscall = "open";
  int fd = open_retry(path.c_str(), O_RDWR | O_NOFOLLOW | (create ? O_CREAT | O_EXCL : 0), 0600);
  struct stat st;
  if (fd >= 0 && !create && (fstat(fd, &st) < 0 || st.st_uid != geteuid() || !S_ISREG(st.st_mode))) {
    close(fd);
    errno = EPERM;
    return -1;
  }
  return fd;
}

Napi::Value shared_memory(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string path = shm_path(info);
  uint64_t size = arg_u64(info, 1, "size");
  bool create = arg_bool(info, 2, "create") || path.empty();
  const char* syscall;
  int fd = shared_memory_open(path, create, &syscall);
  if (fd < 0) throw_errno(env, errno, syscall);
  int err = 0;
  struct stat st;
  if (create && ftruncate(fd, static_cast<off_t>(size)) < 0) {
    err = errno;
    syscall = "ftruncate";
    if (!path.empty()) unlink(path.c_str());
  } else if (!create && (fstat(fd, &st) < 0 || static_cast<uint64_t>(st.st_size) != size)) {
    err = EINVAL;
    syscall = "fstat";
  }
  if (err) {
    close(fd);
    throw_errno(env, err, syscall);
  }
  return fd_value(env, fd);
}

void unlink_shared_memory(const Napi::CallbackInfo& info) {
  std::string path = shm_path(info);
  if (path.empty()) throw_type(info.Env(), "name: a file name expected");
  if (unlink(path.c_str()) < 0) throw_errno(info.Env(), errno, "unlink");
}

off_t file_offset(const Napi::CallbackInfo& info, size_t at) {
  uint64_t offset = arg_u64(info, at, "offset");
  if (offset > INT64_MAX) throw_type(info.Env(), "offset: below 2^63 expected");
  return static_cast<off_t>(offset);
}

Napi::Value pread_file(const Napi::CallbackInfo& info) {
  int fd = arg_int(info, 0, "fd");
  Napi::Uint8Array bytes = arg_bytes(info, 1, "buffer");
  off_t offset = file_offset(info, 2);
  ssize_t n;
  do n = pread(fd, bytes.Data(), bytes.ByteLength(), offset);
  while (n < 0 && errno == EINTR);
  if (n < 0) throw_errno(info.Env(), errno, "pread");
  return Napi::Number::New(info.Env(), static_cast<double>(n));
}

Napi::Value pwrite_file(const Napi::CallbackInfo& info) {
  int fd = arg_int(info, 0, "fd");
  Napi::Uint8Array bytes = arg_bytes(info, 1, "buffer");
  off_t offset = file_offset(info, 2);
  ssize_t n;
  do n = pwrite(fd, bytes.Data(), bytes.ByteLength(), offset);
  while (n < 0 && errno == EINTR);
  if (n < 0) throw_errno(info.Env(), errno, "pwrite");
  return Napi::Number::New(info.Env(), static_cast<double>(n));
}

// A block device has no holes to look for (EINVAL): all of it is data.
off_t seek(int fd, off_t offset, int whence) {
  off_t at = lseek(fd, offset, whence);
  struct stat st;
  if (at >= 0 || errno != EINVAL || fstat(fd, &st) < 0 || !S_ISBLK(st.st_mode)) return at;
  off_t end = lseek(fd, 0, SEEK_END);
  if (end < 0) return end;
  errno = ENXIO;
  if (offset >= end) return -1;
  return whence == SEEK_DATA ? offset : end;
}

Napi::Value seek_data(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string what = arg_string(info, 2, "what");
  if (what != "data" && what != "hole") throw_type(env, "what: \"data\" or \"hole\" expected");
  off_t offset = file_offset(info, 1);
  off_t at = seek(arg_int(info, 0, "fd"), offset, what == "data" ? SEEK_DATA : SEEK_HOLE);
  if (at < 0 && errno != ENXIO) throw_errno(env, errno, "lseek");
  return Napi::BigInt::New(env, static_cast<int64_t>(at));
}

void set_io_flusher(const Napi::CallbackInfo& info) {
#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57  // Linux 5.6
#endif
  if (prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0) < 0) throw_errno(info.Env(), errno, "prctl");
}

// Not exit(): its handlers, and Node's, wait for threads.
void exit_now(const Napi::CallbackInfo& info) { _exit(arg_int(info, 0, "code")); }

Napi::Value character_device(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string path = arg_string(info, 0, "path");
  struct stat st;
  if (stat(path.c_str(), &st) < 0) throw_errno(env, errno, "stat");
  if (!S_ISCHR(st.st_mode)) return env.Null();
  Napi::Object device = Napi::Object::New(env);
  device.Set("major", Napi::Number::New(env, major(st.st_rdev)));
  device.Set("minor", Napi::Number::New(env, minor(st.st_rdev)));
  return device;
}

Napi::Value peer_credentials(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  ucred peer;
  socklen_t size = sizeof(peer);
  int fd = arg_int(info, 0, "fd");
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
    throw_errno(env, errno, "getsockopt");
  // what other kinds of sockets say: a peer that is not of this machine
  if (peer.uid == static_cast<uid_t>(-1)) throw_errno(env, ENOTCONN, "getsockopt");
  Napi::Object credentials = Napi::Object::New(env);
  credentials.Set("pid", Napi::Number::New(env, peer.pid));
  credentials.Set("uid", Napi::Number::New(env, peer.uid));
  credentials.Set("gid", Napi::Number::New(env, peer.gid));
  return credentials;
}

}  // namespace

void init_files(Napi::Env env, Napi::Object exports) {
  add<open_file>(env, exports, "open");
  add<close_file>(env, exports, "close");
  add<shared_memory>(env, exports, "sharedMemory");
  add<unlink_shared_memory>(env, exports, "unlinkSharedMemory");
  add<pread_file>(env, exports, "pread");
  add<pwrite_file>(env, exports, "pwrite");
  add<seek_data>(env, exports, "seekData");
  add<set_io_flusher>(env, exports, "setIoFlusher");
  add<exit_now>(env, exports, "exitNow");
  add<character_device>(env, exports, "characterDevice");
  add<peer_credentials>(env, exports, "peerCredentials");
}

}  // namespace tgtctl
