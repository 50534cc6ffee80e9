// SPDX-License-Identifier: MIT
// Owns how the calling thread is scheduled, and whether its process can be paged out.
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "shim.h"

namespace tgtctl {

namespace {

// struct sched_attr of sched_setattr(2) as Linux 3.14 had it; glibc declares none before 2.41.
struct SchedAttr {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};

void set_slice(const Napi::CallbackInfo& info) {
  SchedAttr attr = {};
  uint64_t ns = arg_u64(info, 0, "ns");
  if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0) < 0)
    throw_errno(info.Env(), errno, "sched_getattr");
  if (attr.policy != SCHED_OTHER) return;  // elsewhere it means something else, or nothing
  attr.runtime = ns;
  if (syscall(SYS_sched_setattr, 0, &attr, 0) < 0)
    throw_errno(info.Env(), errno, "sched_setattr");
}

void set_affinity(const Napi::CallbackInfo& info) {
  int cpu = arg_int(info, 0, "cpu");
  cpu_set_t set;
  CPU_ZERO(&set);
  if (cpu < 0 || cpu >= CPU_SETSIZE) throw_errno(info.Env(), EINVAL, "sched_setaffinity");
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set) < 0)
    throw_errno(info.Env(), errno, "sched_setaffinity");
}

void set_fifo(const Napi::CallbackInfo& info) {
  sched_param param = {};
  param.sched_priority = arg_int(info, 0, "priority");
  // threads that this one starts are not meant
  int policy = (param.sched_priority ? SCHED_FIFO : SCHED_OTHER) | SCHED_RESET_ON_FORK;
  if (sched_setscheduler(0, policy, &param) < 0)
    throw_errno(info.Env(), errno, "sched_setscheduler");
}

void lock_memory(const Napi::CallbackInfo& info) {
  // a page once it is touched: a sparse store is larger than memory, V8 reserves more than it uses
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
    throw_errno(info.Env(), errno, "mlockall");
}

}  // namespace

void init_scheduling(Napi::Env env, Napi::Object exports) {
  add<set_slice>(env, exports, "setSlice");
  add<set_affinity>(env, exports, "setAffinity");
  add<set_fifo>(env, exports, "setFifo");
  add<lock_memory>(env, exports, "lockMemory");
}

}  // namespace tgtctl
