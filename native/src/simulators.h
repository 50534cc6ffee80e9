// SPDX-License-Identifier: MIT
// Owns the numbers by which JavaScript's threads name simulators and their files.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "shim.h"
#include "sleepers.h"
#include "tgt_sim.h"

namespace tgtctl {

// The caller's reference to what an open file's number stands for; nullptr: *err.
tgt_sim_file* sim_file(int number, int* err);

// Numbers are never used twice, so a late call cannot hit a stranger.
class Simulators {
 public:
  int add(tgt_sim* sim, void* environment) {
    std::lock_guard<std::mutex> hold(mutex_);
    sims_[++last_sim_] = {sim, environment};
    return last_sim_;
  }

  // The caller's reference, or nullptr.
  tgt_sim* sim(int number) {
    std::lock_guard<std::mutex> hold(mutex_);
    auto found = sims_.find(number);
    if (found == sims_.end()) return nullptr;
    tgt_sim_get(found->second.sim);
    return found->second.sim;
  }

  // 0 if the simulator has been destroyed meanwhile.
  int add_file(int sim, tgt_sim_file* file) {
    std::lock_guard<std::mutex> hold(mutex_);
    if (!sims_.count(sim)) return 0;
    files_[++last_file_] = {file, sim};
    return last_file_;
  }

  tgt_sim_file* file(int number) {
    std::lock_guard<std::mutex> hold(mutex_);
    auto found = files_.find(number);
    if (found == files_.end()) return nullptr;
    tgt_sim_file_get(found->second.file);
    return found->second.file;
  }

  bool was_file(int number) {
    std::lock_guard<std::mutex> hold(mutex_);
    return number > 0 && number <= last_file_;
  }

  tgt_sim_file* take_file(int number) {
    std::lock_guard<std::mutex> hold(mutex_);
    auto found = files_.find(number);
    if (found == files_.end()) return nullptr;
    tgt_sim_file* file = found->second.file;
    files_.erase(found);
    return file;
  }

  // Destroys it and closes what is open on it.
  bool destroy(int number) {
    tgt_sim* sim;
    std::vector<tgt_sim_file*> files;
    {
      std::lock_guard<std::mutex> hold(mutex_);
      auto found = sims_.find(number);
      if (found == sims_.end()) return false;
      sim = found->second.sim;
      sims_.erase(found);
      for (auto at = files_.begin(); at != files_.end();) {
        if (at->second.sim == number) {
          files.push_back(at->second.file);
          at = files_.erase(at);
        } else {
          ++at;
        }
      }
    }
    tgt_sim_destroy(sim);
    for (tgt_sim_file* file : files) tgt_sim_close(file);
    return true;
  }

  void destroy_all_of(void* environment) {
    std::vector<int> mine;
    {
      std::lock_guard<std::mutex> hold(mutex_);
      for (auto& [number, entry] : sims_)
        if (entry.environment == environment) mine.push_back(number);
    }
    for (int number : mine) destroy(number);
  }

 private:
  struct Sim {
    tgt_sim* sim;
    void* environment;
  };
  struct File {
    tgt_sim_file* file;
    int sim;
  };
  std::mutex mutex_;
  std::map<int, Sim> sims_;
  std::map<int, File> files_;
  int last_sim_ = 0, last_file_ = 0;
};

// A simulated file's wait, by one of the ways to sleep on its event fd and a wake fd.
inline int sim_wait_by(tgt_sim_file* file, int wake_fd, int64_t ns, uint64_t* stamp, Sleeper& how) {
  static_assert(kTick == TGT_SIM_TICK, "one number");
  auto sleep = [](void* sleeper, int64_t left, uint64_t* at) {
    return static_cast<Sleeper*>(sleeper)->sleep(left, at);
  };
  return tgt_sim_wait_by(file, wake_fd, ns, stamp, sleep, &how);
}

}  // namespace tgtctl
