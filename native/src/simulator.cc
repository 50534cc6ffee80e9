// SPDX-License-Identifier: MIT
// Owns the calls on simulators, named by numbers that any thread may use.
#include <cerrno>
#include <vector>

#include "shim.h"
#include "simulators.h"

namespace tgtctl {

namespace {

struct SimRef {
  explicit SimRef(tgt_sim* s) : sim(s) {}
  ~SimRef() {
    if (sim) tgt_sim_put(sim);
  }
  SimRef(const SimRef&) = delete;
  SimRef& operator=(const SimRef&) = delete;
  tgt_sim* sim;
};

struct FileRef {
  explicit FileRef(tgt_sim_file* f) : file(f) {}
  ~FileRef() {
    if (file) tgt_sim_file_put(file);
  }
  FileRef(const FileRef&) = delete;
  FileRef& operator=(const FileRef&) = delete;
  tgt_sim_file* file;
};

Simulators& table() {
  static auto* t = new Simulators;
  return *t;
}

tgt_sim* need_sim(const Napi::CallbackInfo& info, const char* syscall) {
  tgt_sim* sim = table().sim(arg_int(info, 0, "sim"));
  if (!sim) throw_errno(info.Env(), ENODEV, syscall);
  return sim;
}

// Of a destroyed simulator ENODEV, of a number never given out EBADF.
int missing(int number) { return table().was_file(number) ? ENODEV : EBADF; }

double option(Napi::Object options, const char* name, double low, double high) {
  Napi::Value v = options.Get(name);
  if (v.IsNumber()) {
    double d = v.As<Napi::Number>().DoubleValue();
    if (d >= low && d <= high && d == static_cast<double>(static_cast<uint64_t>(d))) return d;
  }
  std::string text = std::string("options.") + name + ": a whole number in range expected";
  throw_type(options.Env(), text.c_str());
}

double optional(Napi::Object options, const char* name, double low, double high) {
  return options.Get(name).IsUndefined() ? 0 : option(options, name, low, high);
}

// {name, value}: see SimQuirk in src/device/native.ts.
void add_quirk(Napi::Value value, tgt_sim_options* options) {
  if (!value.IsObject()) throw_type(value.Env(), "options.quirks: objects expected");
  Napi::Object quirk = value.As<Napi::Object>();
  std::string name = quirk.Get("name").ToString();
  if (name != "delay" && name != "spin-delay")
    throw_type(value.Env(), ("options.quirks: unknown: " + name).c_str());
  options->delay_us = static_cast<uint32_t>(option(quirk, "value", 1, 1e6));
  options->delay_spins = name == "spin-delay";
}

Napi::Value create(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw_type(env, "options: an object expected");
  Napi::Object o = info[0].As<Napi::Object>();
  tgt_sim_options options{};
  options.depth = static_cast<uint32_t>(option(o, "depth", 1, 512));
  options.read = static_cast<uint32_t>(option(o, "read", 0, 100));
  options.block = static_cast<uint32_t>(option(o, "block", 512, 1 << 20));
  options.rate = static_cast<uint32_t>(option(o, "rate", 0, 1e9));
  options.seed = static_cast<uint64_t>(option(o, "seed", 0, 9007199254740991.0));
  options.lun = static_cast<uint32_t>(option(o, "lun", 0, 16383));
  options.count = static_cast<uint64_t>(option(o, "count", 0, 9007199254740991.0));
  options.timeout_ms = static_cast<uint32_t>(optional(o, "timeoutMs", 1, 4e9));
  options.abort_ms = static_cast<uint32_t>(optional(o, "abortMs", 1, 4e9));
  if (o.Get("quirks").IsArray()) {
    Napi::Array quirks = o.Get("quirks").As<Napi::Array>();
    for (uint32_t i = 0; i < quirks.Length(); i++) add_quirk(quirks.Get(i), &options);
  }
  if (options.block % 512) throw_type(env, "options.block: a multiple of 512 expected");
  tgt_sim* sim;
  int err = tgt_sim_create(&options, &sim);
  if (err) throw_errno(env, -err, "simCreate");
  return Napi::Number::New(env, table().add(sim, static_cast<napi_env>(env)));
}

void start(const Napi::CallbackInfo& info) {
  SimRef ref(need_sim(info, "simStart"));
  int err = tgt_sim_start(ref.sim);
  if (err) throw_errno(info.Env(), -err, "simStart");
}

Napi::Value memory(const Napi::CallbackInfo& info) {
  SimRef ref(need_sim(info, "simMemory"));
  return Napi::Number::New(info.Env(), tgt_sim_memory(ref.sim));
}

Napi::Value open_file(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  SimRef ref(need_sim(info, "open"));
  tgt_sim_file* file;
  int err = tgt_sim_open(ref.sim, arg_mode(info, 1), &file);
  if (err) throw_errno(env, -err, "open");
  int number = table().add_file(arg_int(info, 0, "sim"), file);
  if (!number) {
    tgt_sim_close(file);
    throw_errno(env, ENODEV, "open");
  }
  return Napi::Number::New(env, number);
}

void close_file(const Napi::CallbackInfo& info) {
  int number = arg_int(info, 0, "handle");
  tgt_sim_file* file = table().take_file(number);
  if (file)
    tgt_sim_close(file);
  else if (!table().was_file(number))
    throw_errno(info.Env(), EBADF, "close");
}

napi_value wait(napi_env env, napi_callback_info info) {
  WaitArgs args;
  if (!wait_args(env, info, &args)) return nullptr;
  uint64_t stamp = 0;
  bool stopped = false;
  int bits;
  {
    FileRef ref(table().file(args.fd));
    args.stamp.begin();
    PollSleeper poll(ref.file ? tgt_sim_event_fd(ref.file) : -1, args.wake_fd);
    auto once = [&](int64_t ns) { return sim_wait_by(ref.file, args.wake_fd, ns, &stamp, poll); };
    bits = ref.file ? sleep_in_slices(env, args.timeout_ns, &stopped, once) : -missing(args.fd);
  }
  if (stopped) return nullptr;
  if (bits == -ENODEV) bits = kGone;
  if (bits < 0) return throw_errno_raw(env, -bits, "poll");
  args.stamp.put(stamp);
  napi_value result = nullptr;
  napi_create_int32(env, bits, &result);
  return result;
}

napi_value kick(napi_env env, napi_callback_info info) {
  int32_t number;
  if (!one_int(env, info, &number)) return nullptr;
  int err = sim_kick(number);
  return err ? throw_errno_raw(env, err, "write") : nullptr;
}

void hold(const Napi::CallbackInfo& info) {
  int number = arg_int(info, 0, "handle");
  bool on = arg_bool(info, 1, "on");
  FileRef ref(table().file(number));
  int err = ref.file ? tgt_sim_hold(ref.file, on) : -missing(number);
  if (err) throw_errno(info.Env(), -err, "ioctl");
}

Napi::Value read_mark(const Napi::CallbackInfo& info) {
  int number = arg_int(info, 0, "handle");
  FileRef ref(table().file(number));
  uint64_t produced = 0;
  int err = ref.file ? tgt_sim_read_mark(ref.file, &produced) : -missing(number);
  if (err) throw_errno(info.Env(), -err, "read");
  return Napi::BigInt::New(info.Env(), produced);
}

Napi::Value stats(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  SimRef ref(need_sim(info, "simStats"));
  tgt_sim_stats s;
  tgt_sim_get_stats(ref.sim, &s);
  Napi::Object result = Napi::Object::New(env);
  auto set = [&](const char* name, uint64_t v) {
    result.Set(name, Napi::Number::New(env, static_cast<double>(v)));
  };
  set("issued", s.issued);
  set("completed", s.completed);
  set("failed", s.failed);
  set("corrupt", s.corrupt);
  set("aborted", s.aborted);
  result.Set("finished", Napi::Boolean::New(env, s.finished));
  return result;
}

const char* state_name(tgt_sim_state state) {
  switch (state) {
    case TGT_SIM_SENT:
      return "sent";
    case TGT_SIM_MOVING:
      return "moving";
    case TGT_SIM_DONE_QUEUED:
      return "done-queued";
    case TGT_SIM_ABORTING:
      return "aborting";
    case TGT_SIM_DROPPED:
      return "dropped";
    case TGT_SIM_IDLE:
    case TGT_SIM_QUEUED:
      break;
  }
  return "queued";
}

Napi::Value commands(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  SimRef ref(need_sim(info, "simCommands"));
  std::vector<tgt_sim_command> all(TGT_SIM_COMMANDS);
  all.resize(tgt_sim_commands(ref.sim, all.data(), all.size()));
  Napi::Array result = Napi::Array::New(env, all.size());
  for (size_t i = 0; i < all.size(); i++) {
    const tgt_sim_command& c = all[i];
    Napi::Object entry = Napi::Object::New(env);
    auto bytes = [&](const char* name, const uint8_t* from, size_t n) {
      Napi::Uint8Array copy = Napi::Uint8Array::New(env, n);
      memcpy(copy.Data(), from, n);
      entry.Set(name, copy);
    };
    entry.Set("host_no", Napi::Number::New(env, c.host_no));
    entry.Set("cid", Napi::Number::New(env, c.cid));
    entry.Set("tag", Napi::BigInt::New(env, c.tag));
    bytes("lun", c.lun, sizeof(c.lun));
    bytes("scb", c.scb, sizeof(c.scb));
    entry.Set("state", Napi::String::New(env, state_name(c.state)));
    entry.Set("age_ns", Napi::BigInt::New(env, c.age_ns));
    result[static_cast<uint32_t>(i)] = entry;
  }
  return result;
}

void destroy(const Napi::CallbackInfo& info) {
  if (!table().destroy(arg_int(info, 0, "sim"))) throw_errno(info.Env(), ENODEV, "simDestroy");
}

}  // namespace

tgt_sim_file* sim_file(int number, int* err) {
  tgt_sim_file* file = table().file(number);
  *err = file ? 0 : missing(number);
  return file;
}

int sim_kick(int number) {
  FileRef ref(table().file(number));
  return ref.file ? -tgt_sim_kick(ref.file) : missing(number);
}

void init_simulator(Napi::Env env, Napi::Object exports) {
  napi_env raw = env;
  // A simulator ends with the thread that created it.
  napi_add_env_cleanup_hook(
      raw, [](void* environment) { table().destroy_all_of(environment); }, raw);
  add<create>(env, exports, "simCreate");
  add<start>(env, exports, "simStart");
  add<memory>(env, exports, "simMemory");
  add<open_file>(env, exports, "simOpen");
  add<close_file>(env, exports, "simClose");
  add_raw(env, exports, "simWait", wait);
  add_raw(env, exports, "simKick", kick);
  add<hold>(env, exports, "simHold");
  add<read_mark>(env, exports, "simReadMark");
  add<stats>(env, exports, "simStats");
  add<commands>(env, exports, "simCommands");
  add<destroy>(env, exports, "simDestroy");
}

}  // namespace tgtctl
