// SPDX-License-Identifier: MIT
// Owns waiting by reading memory until it changes.
#include <sys/mman.h>

#include <cerrno>

#include "shim.h"
#include "tgt_ring.h"
#include "waiter.h"

namespace tgtctl {

namespace {

// Where a busy thread reads that there is news.
class Watched {
 public:
  // As the owner sees it (`telemetry` null), who takes each event itself, or as an observer, from whom
  // the owner may have taken it before he looks.
  Watched(void* rings, const tgt_telemetry* telemetry) : telemetry_(telemetry) {
    if (rings) tgt_ring_init(&kuring_, rings);
  }
  bool published(uint32_t next) const {
    if (telemetry_) return tgt_load_acquire(&telemetry_->kuring_produced) != next;
    return tgt_load_acquire(&tgt_ring_hdr(&kuring_, next)->status) != 0;
  }

 private:
  tgt_ring kuring_ = {};
  const tgt_telemetry* telemetry_;
};

class OwnMapping {
 public:
  OwnMapping(int fd, off_t offset, size_t size)
      : size_(size), base_(mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, offset)) {}
  OwnMapping(const OwnMapping&) = delete;
  OwnMapping& operator=(const OwnMapping&) = delete;
  ~OwnMapping() {
    if (base()) munmap(base_, size_);
  }
  void* base() const { return base_ == MAP_FAILED ? nullptr : base_; }

 private:
  size_t size_;
  void* base_;
};

// Reads the slot until it changes. The fds are looked at only now and then: it costs a system call.
class SpinWaiter final : public Waiter {
 public:
  SpinWaiter(std::unique_ptr<Waiter> fds, std::unique_ptr<OwnMapping> mapping, Watched watched)
      : fds_(std::move(fds)), mapping_(std::move(mapping)), watched_(watched) {}

  int wait(int64_t ns, uint32_t next, uint64_t* stamp) override {
    uint64_t now = now_ns();
    uint64_t end = now + static_cast<uint64_t>(ns == kTick ? kSliceNs : ns);
    for (;;) {
      // also where news never ends: a wake-up must not starve
      if (now - looked_ >= kLookEveryNs) {
        looked_ = now;
        int bits = fds_->wait(0, next, stamp);
        if (bits) return bits;
      }
      for (int i = ns ? kSpins : 1; i > 0; i--) {
        if (watched_.published(next)) {
          *stamp = now_ns();
          return kDevice;
        }
        relax();
      }
      now = now_ns();
      *stamp = now;
      if (ns >= 0 && now >= end) return ns ? 0 : fds_->wait(0, next, stamp);
    }
  }

 private:
  static constexpr uint64_t kLookEveryNs = 100000;
  // between two looks at the clock, 1 to 5 us
  static constexpr int kSpins = 64;

  static void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
  }

  std::unique_ptr<Waiter> fds_;
  std::unique_ptr<OwnMapping> mapping_;
  Watched watched_;
  uint64_t looked_ = 0;
};

}  // namespace

std::unique_ptr<Waiter> spin_on_memory(std::unique_ptr<Waiter> fds, void* memory, bool owner) {
  auto* telemetry = reinterpret_cast<const tgt_telemetry*>(static_cast<uint8_t*>(memory) +
                                                           TGT_TELEMETRY_OFFSET);
  return std::make_unique<SpinWaiter>(std::move(fds), nullptr,
                                      Watched(memory, owner ? nullptr : telemetry));
}

std::unique_ptr<Waiter> spin_on_device(std::unique_ptr<Waiter> fds, int fd, bool owner, int* err) {
  if (!owner) {
    auto page = std::make_unique<OwnMapping>(fd, TGT_TELEMETRY_OFFSET, 4096);
    auto* telemetry = static_cast<const tgt_telemetry*>(page->base());
    if (telemetry)
      return std::make_unique<SpinWaiter>(std::move(fds), std::move(page),
                                          Watched(nullptr, telemetry));
  }
  auto rings = std::make_unique<OwnMapping>(fd, 0, TGT_RINGS_SIZE);
  void* base = rings->base();
  *err = errno;
  if (!base) return nullptr;
  return std::make_unique<SpinWaiter>(std::move(fds), std::move(rings), Watched(base, nullptr));
}

}  // namespace tgtctl
