// The server's clock is a quarter of a second fast.

#include <memory>

#include "tests/crash/server/fault.h"

namespace tests::crash {
namespace {

class FastClock final : public base::Clock {
 public:
  explicit FastClock(const base::Clock* clock) : base_(*clock) {}
  base::Millis WallNow() const override { return base_.WallNow() + 250; }
  int64_t MonoNanos() const override { return base_.MonoNanos(); }

 private:
  const base::Clock& base_;
};

class ClockFault final : public Fault {
 public:
  const base::Clock* Clock(const base::Clock* clock) override {
    fast_ = std::make_unique<FastClock>(clock);
    return fast_.get();
  }

 private:
  std::unique_ptr<FastClock> fast_;
};

}  // namespace

std::unique_ptr<Fault> EarlyFire() { return std::make_unique<ClockFault>(); }

}  // namespace tests::crash
