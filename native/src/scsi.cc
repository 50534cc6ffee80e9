// SPDX-License-Identifier: MIT
// Owns sending a command to a disk through its sg node, without waiting for it: sg's write() and
// read(), because a process that sleeps in SG_IO cannot be ended while the target does not answer.
#include <fcntl.h>
#include <scsi/sg.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "shim.h"

namespace tgtctl {

namespace {

int arg_direction(const Napi::CallbackInfo& info, size_t at) {
  std::string name = arg_string(info, at, "direction");
  if (name == "none") return SG_DXFER_NONE;
  if (name == "in") return SG_DXFER_FROM_DEV;
  if (name == "out") return SG_DXFER_TO_DEV;
  throw_type(info.Env(), "direction: \"none\", \"in\" or \"out\" expected");
}

void sg_send(const Napi::CallbackInfo& info) {
  int fd = arg_int(info, 0, "fd");
  Napi::Uint8Array cdb = arg_bytes(info, 1, "cdb");
  int direction = arg_direction(info, 2);
  Napi::Uint8Array data = arg_bytes(info, 3, "data");
  Napi::Uint8Array sense = arg_bytes(info, 4, "sense");
  uint64_t timeout = arg_size(info, 5, "timeoutMs");
  if (cdb.ByteLength() > 16 || sense.ByteLength() > 252 || data.ByteLength() > (1u << 20))
    throw_type(info.Env(), "cdb, data, sense: 16 bytes, 1 MiB and 252 bytes at most");
  sg_io_hdr hdr{};
  hdr.interface_id = 'S';
  hdr.dxfer_direction = direction;
  hdr.cmd_len = static_cast<unsigned char>(cdb.ByteLength());
  hdr.cmdp = cdb.Data();
  hdr.mx_sb_len = static_cast<unsigned char>(sense.ByteLength());
  hdr.sbp = sense.Data();
  hdr.dxfer_len = direction == SG_DXFER_NONE ? 0 : static_cast<unsigned>(data.ByteLength());
  hdr.dxferp = hdr.dxfer_len ? data.Data() : nullptr;
  hdr.timeout = static_cast<unsigned>(timeout);
  ssize_t n;
  do n = write(fd, &hdr, sizeof(hdr));
  while (n < 0 && errno == EINTR);
  if (n < 0) throw_errno(info.Env(), errno, "write");
}

// Null: not yet over. The data and sense go where sgSend() was told.
Napi::Value sg_receive(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  sg_io_hdr hdr{};
  hdr.interface_id = 'S';
  ssize_t n;
  do n = read(arg_int(info, 0, "fd"), &hdr, sizeof(hdr));
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return env.Null();
  if (n < 0) throw_errno(env, errno, "read");
  Napi::Object result = Napi::Object::New(env);
  auto set = [&](const char* name, double v) { result.Set(name, Napi::Number::New(env, v)); };
  set("status", hdr.status);
  set("hostStatus", hdr.host_status);
  set("residue", hdr.resid);
  set("senseLength", hdr.sb_len_wr);
  return result;
}

}  // namespace

void init_scsi(Napi::Env env, Napi::Object exports) {
  add<sg_send>(env, exports, "sgSend");
  add<sg_receive>(env, exports, "sgReceive");
}

}  // namespace tgtctl
