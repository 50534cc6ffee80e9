// SPDX-License-Identifier: MIT
// Owns how the calling thread is scheduled, and whether its process can be paged out.
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

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

// Code, libraries, rings and stores have a name; so have heap and stack of the process. What has none is V8's
// and malloc's, and V8 gives pages back in ways that fail on locked ones, and then it aborts: mlockall is not
// for this process.
bool is_lockable(const char* name) {
  return name[0] == '/' || strcmp(name, "[stack]") == 0 || strcmp(name, "[heap]") == 0;
}

// a page once it is touched: a sparse store is larger than memory
int lock_range(uintptr_t from, uintptr_t to) {
  return syscall(SYS_mlock2, from, to - from, MLOCK_ONFAULT) < 0 ? errno : 0;
}

int lock_own_stack() {
  pthread_attr_t attr;
  void* at = nullptr;
  size_t size = 0;
  int failed = pthread_getattr_np(pthread_self(), &attr);
  if (failed) return failed;
  failed = pthread_attr_getstack(&attr, &at, &size);
  pthread_attr_destroy(&attr);
  if (failed) return failed;
  uintptr_t from = reinterpret_cast<uintptr_t>(at);
  return lock_range(from, from + size);
}

int lock_named() {
  std::ifstream maps("/proc/self/maps");
  int failed = 0;
  for (std::string line; !failed && std::getline(maps, line);) {
    unsigned long from = 0, to = 0;
    int name = 0;
    if (sscanf(line.c_str(), "%lx-%lx %*s %*s %*s %*s %n", &from, &to, &name) < 2 || name == 0) continue;
    if (is_lockable(line.c_str() + name)) failed = lock_range(from, to);
  }
  return failed;
}

void lock_memory(const Napi::CallbackInfo& info) {
  int failed = lock_named();
  // that of the process's first thread is among the named ones, and grows: its limit is not mapped
  if (!failed && gettid() != getpid()) failed = lock_own_stack();
  if (failed) throw_errno(info.Env(), failed, "mlock2");
}

}  // namespace

void init_scheduling(Napi::Env env, Napi::Object exports) {
  add<set_slice>(env, exports, "setSlice");
  add<set_affinity>(env, exports, "setAffinity");
  add<set_fifo>(env, exports, "setFifo");
  add<lock_memory>(env, exports, "lockMemory");
}

}  // namespace tgtctl
