// SPDX-License-Identifier: MIT
// Owns the module's entry, errors and argument checks.
#include "shim.h"

#include <sched.h>

#include <cerrno>
#include <cmath>
#include <cstring>

namespace tgtctl {

static std::string error_text(int err, const char* syscall) {
  const char* name = strerrorname_np(err);
  char unknown[32];
  if (!name) {
    snprintf(unknown, sizeof(unknown), "E%d", err);
    name = unknown;
  }
  char text[256];
  snprintf(text, sizeof(text), "%s: %s, %s", name, strerrordesc_np(err) ?: "unknown error", syscall);
  return text;
}

static Napi::Error make_error(Napi::Env env, int err, const char* syscall) {
  std::string text = error_text(err, syscall);
  Napi::Error error = Napi::Error::New(env, text);
  error.Set("code", Napi::String::New(env, text.substr(0, text.find(':'))));
  error.Set("errno", Napi::Number::New(env, -err));
  error.Set("syscall", Napi::String::New(env, syscall));
  return error;
}

void throw_errno(Napi::Env env, int err, const char* syscall) {
  throw make_error(env, err, syscall);
}

// Nothing catches a C++ exception around a plain N-API function, and making an
// error raises one in a thread that is being terminated.
napi_value throw_errno_raw(napi_env env, int err, const char* syscall) {
  try {
    make_error(env, err, syscall).ThrowAsJavaScriptException();
  } catch (const Napi::Error&) {
  }
  return nullptr;
}

void throw_type(Napi::Env env, const char* message) {
  throw Napi::TypeError::New(env, message);
}

static double arg_whole(const Napi::CallbackInfo& info, size_t at, const char* name, double low,
                        double high) {
  if (info[at].IsNumber()) {
    double v = info[at].As<Napi::Number>().DoubleValue();
    if (v >= low && v <= high && v == std::trunc(v)) return v;
  }
  std::string text = std::string(name) + ": a whole number in range expected";
  throw_type(info.Env(), text.c_str());
}

int32_t arg_int(const Napi::CallbackInfo& info, size_t at, const char* name) {
  return static_cast<int32_t>(arg_whole(info, at, name, INT32_MIN, INT32_MAX));
}

uint64_t arg_size(const Napi::CallbackInfo& info, size_t at, const char* name) {
  return static_cast<uint64_t>(arg_whole(info, at, name, 0, 9007199254740992.0));
}

bool arg_bool(const Napi::CallbackInfo& info, size_t at, const char* name) {
  if (info[at].IsBoolean()) return info[at].As<Napi::Boolean>();
  throw_type(info.Env(), (std::string(name) + ": a boolean expected").c_str());
}

std::string arg_string(const Napi::CallbackInfo& info, size_t at, const char* name) {
  if (info[at].IsString()) {
    std::string s = info[at].As<Napi::String>();
    if (s.find('\0') == std::string::npos) return s;
  }
  throw_type(info.Env(), (std::string(name) + ": a string without NUL expected").c_str());
}

uint64_t arg_u64(const Napi::CallbackInfo& info, size_t at, const char* name) {
  if (info[at].IsBigInt()) {
    bool lossless = false;
    uint64_t v = info[at].As<Napi::BigInt>().Uint64Value(&lossless);
    if (lossless) return v;
  }
  throw_type(info.Env(), (std::string(name) + ": a BigInt from 0 to 2^64-1 expected").c_str());
}

bool arg_mode(const Napi::CallbackInfo& info, size_t at) {
  std::string mode = arg_string(info, at, "mode");
  if (mode == "rw") return true;
  if (mode == "ro") return false;
  throw_type(info.Env(), "mode: \"rw\" or \"ro\" expected");
}

Napi::Uint8Array arg_bytes(const Napi::CallbackInfo& info, size_t at, const char* name) {
  if (info[at].IsTypedArray() &&
      info[at].As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array)
    return info[at].As<Napi::Uint8Array>();
  throw_type(info.Env(), (std::string(name) + ": a Uint8Array expected").c_str());
}

static bool type_error(napi_env env, const char* message) {
  napi_throw_type_error(env, nullptr, message);
  return false;
}

static bool timeout_arg(napi_env env, napi_value value, int64_t* timeout_ns) {
  double ms;
  if (napi_get_value_double(env, value, &ms) != napi_ok || std::isnan(ms)) return false;
  // a year is for ever
  *timeout_ns = ms < 0 || ms > 3e10 ? -1 : static_cast<int64_t>(ms * 1e6);
  return true;
}

static bool stamp_arg(napi_env env, napi_value value, Stamp* stamp) {
  napi_valuetype kind;
  napi_typeof(env, value, &kind);
  if (kind == napi_null || kind == napi_undefined) return true;
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_biguint64_array || length < 1)
    return type_error(env, "stamp: a BigUint64Array or null expected");
  *stamp = {static_cast<uint64_t*>(data), length};
  return true;
}

void Stamp::begin() const {
  if (length > 2) words[2] = now_ns();
}

void Stamp::put(uint64_t ns) const {
  if (length > 0) words[0] = ns;
  if (length > 1) words[1] = static_cast<uint64_t>(sched_getcpu());
}

bool wait_args(napi_env env, napi_callback_info info, WaitArgs* args) {
  napi_value argv[4];
  size_t argc = 4;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr) != napi_ok) return false;
  if (napi_get_value_int32(env, argv[0], &args->fd) != napi_ok ||
      napi_get_value_int32(env, argv[1], &args->wake_fd) != napi_ok ||
      !timeout_arg(env, argv[2], &args->timeout_ns))
    return type_error(env, "wait(fd, wakeFd, timeoutMs, stamp): numbers expected");
  return stamp_arg(env, argv[3], &args->stamp);
}

bool waiter_args(napi_env env, napi_callback_info info, WaiterArgs* args) {
  napi_value argv[4];
  size_t argc = 4;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr) != napi_ok) return false;
  if (napi_get_value_int32(env, argv[0], &args->waiter) != napi_ok ||
      !timeout_arg(env, argv[1], &args->timeout_ns) ||
      napi_get_value_uint32(env, argv[3], &args->next) != napi_ok)
    return type_error(env, "waiterWait(waiter, timeoutMs, stamp, next): numbers expected");
  return stamp_arg(env, argv[2], &args->stamp);
}

bool one_int(napi_env env, napi_callback_info info, int32_t* value) {
  napi_value argv[1];
  size_t argc = 1;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr) != napi_ok) return false;
  if (napi_get_value_int32(env, argv[0], value) != napi_ok)
    return type_error(env, "fd: a number expected");
  return true;
}

// Any call that could run JavaScript is refused once the thread is to end.
bool still_running(napi_env env) {
  napi_handle_scope scope;
  napi_value global, same;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  bool running = napi_get_global(env, &global) == napi_ok &&
                 napi_coerce_to_object(env, global, &same) == napi_ok;
  napi_close_handle_scope(env, scope);
  return running;
}

void add_raw(Napi::Env env, Napi::Object exports, const char* name, napi_callback f) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, f, nullptr, &function) != napi_ok)
    throw Napi::Error::New(env);
  exports.Set(name, Napi::Value(env, function));
}

State& state(Napi::Env env) { return *env.GetInstanceData<State>(); }

// Goes up with each change of what JavaScript sees; ADDON_REVISION in src/device/native.ts.
constexpr int kRevision = 5;

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* st = new State;
  env.SetInstanceData(st);
  exports.Set("revision", Napi::Number::New(env, kRevision));
  init_memory(env, exports);
  init_files(env, exports);
  init_wait(env, exports);
  init_background(env, exports, st);
  init_simulator(env, exports);
  init_waiters(env, exports, st);
  init_scheduling(env, exports);
  init_race(env, exports);
  init_scsi(env, exports);
  return exports;
}

}  // namespace tgtctl

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return tgtctl::init(env, exports);
}
NODE_API_MODULE(tgtctl, Init)
