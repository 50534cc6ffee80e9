// SPDX-License-Identifier: MIT
// Owns slow store work: a few native threads, completions per JavaScript thread.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "operations.h"
#include "shim.h"

namespace tgtctl {

// What has finished for one environment. Operations share it, so it outlives
// the environment until the last of them is through.
class Background {
 public:
  struct Done {
    uint32_t cookie;
    Outcome outcome;
  };

  void add(int wake_fd, Done done) {
    std::lock_guard<std::mutex> hold(mutex_);
    done_[wake_fd].push_back(done);
  }

  std::vector<Done> take(int wake_fd) {
    std::lock_guard<std::mutex> hold(mutex_);
    auto found = done_.find(wake_fd);
    if (found == done_.end()) return {};
    std::vector<Done> result = std::move(found->second);
    done_.erase(found);
    return result;
  }

 private:
  std::mutex mutex_;
  std::map<int, std::vector<Done>> done_;
};

namespace {

constexpr size_t kThreads = 4;
constexpr size_t kQueue = 1024;

struct Job {
  Operation operation;  // on a descriptor of ours: the caller may close its own meanwhile
  int wake_fd;          // likewise
  int wake_key;         // the caller's number
  uint32_t cookie;
  std::shared_ptr<Background> to;
};

// One per process and never destroyed: its threads may be in a system call when
// an environment, or the process, ends.
class Pool {
 public:
  int submit(Job job) {
    std::lock_guard<std::mutex> hold(mutex_);
    if (queue_.size() >= kQueue) return EAGAIN;
    if (idle_ <= queue_.size() && threads_ < kThreads) {
      int err = start_thread();
      if (err && !threads_) return err;
    }
    queue_.push_back(std::move(job));
    ready_.notify_one();
    return 0;
  }

 private:
  int start_thread() {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int err = 0;
    try {
      std::thread([this] { work(); }).detach();
      threads_++;
    } catch (const std::system_error& e) {
      err = e.code().value();
    }
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    return err;
  }

  void work() {
    pthread_setname_np(pthread_self(), "tgt-store");
    for (;;) {
      Job job = next();
      Outcome outcome = run_operation(job.operation);
      close(job.operation.fd);
      job.to->add(job.wake_key, {job.cookie, outcome});
      (void)eventfd_write(job.wake_fd, 1);
      close(job.wake_fd);
    }
  }

  Job next() {
    std::unique_lock<std::mutex> hold(mutex_);
    idle_++;
    ready_.wait(hold, [this] { return !queue_.empty(); });
    idle_--;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    return job;
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> queue_;
  size_t threads_ = 0, idle_ = 0;
};

Pool& pool() {
  static auto* p = new Pool;
  return *p;
}

off_t arg_off(const Napi::CallbackInfo& info, size_t at, const char* name) {
  uint64_t v = arg_u64(info, at, name);
  if (v > INT64_MAX) throw_type(info.Env(), "offset and length: below 2^63 expected");
  return static_cast<off_t>(v);
}

Operation arg_operation(const Napi::CallbackInfo& info) {
  Operation op{};
  if (!operation_kind(arg_string(info, 0, "operation"), &op.kind))
    throw_type(info.Env(), "operation: the name of a store operation expected");
  op.fd = arg_int(info, 1, "fd");
  op.offset = arg_off(info, 2, "offset");
  op.length = arg_off(info, 3, "length");
  op.source = arg_u64(info, 6, "source");
  op.source_length = arg_size(info, 7, "sourceLength");
  return op;
}

void background(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Job job{};
  job.operation = arg_operation(info);
  uint64_t cookie = arg_size(info, 4, "cookie");
  if (cookie > UINT32_MAX) throw_type(env, "cookie: a 32-bit number expected");
  job.cookie = static_cast<uint32_t>(cookie);
  job.wake_key = arg_int(info, 5, "wakeFd");
  job.to = state(env).background;
  int fd = job.operation.fd = fcntl(job.operation.fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) throw_errno(env, errno, "fcntl");
  int wake_fd = job.wake_fd = fcntl(job.wake_key, F_DUPFD_CLOEXEC, 0);
  int err = wake_fd < 0 ? errno : pool().submit(std::move(job));
  if (err) {
    close(fd);
    if (wake_fd >= 0) close(wake_fd);
    throw_errno(env, err, wake_fd < 0 ? "fcntl" : "background");
  }
}

Napi::Value completions(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto done = state(env).background->take(arg_int(info, 0, "wakeFd"));
  Napi::Array result = Napi::Array::New(env, done.size());
  for (size_t i = 0; i < done.size(); i++) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("cookie", Napi::Number::New(env, done[i].cookie));
    entry.Set("errno", Napi::Number::New(env, done[i].outcome.err));
    entry.Set("at", Napi::Number::New(env, static_cast<double>(done[i].outcome.at)));
    result[static_cast<uint32_t>(i)] = entry;
  }
  return result;
}

}  // namespace

void init_background(Napi::Env env, Napi::Object exports, State* state) {
  state->background = std::make_shared<Background>();
  add<background>(env, exports, "background");
  add<completions>(env, exports, "completions");
}

}  // namespace tgtctl
