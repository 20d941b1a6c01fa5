#ifndef TESTS_CRASH_SERVER_DECORATED_H_
#define TESTS_CRASH_SERVER_DECORATED_H_

#include <memory>

#include "tests/crash/server/fault.h"

// Faults that consist of one decorator.
namespace tests::crash {

// Decorator(store, clock).
template <typename Decorator>
class StoreFault final : public Fault {
 public:
  const base::Clock* Clock(const base::Clock* clock) override { return clock_ = clock; }
  store::Store* Store(store::Store* store) override {
    decorator_ = std::make_unique<Decorator>(store, clock_);
    return decorator_.get();
  }

 private:
  const base::Clock* clock_ = nullptr;
  std::unique_ptr<Decorator> decorator_;
};

// Decorator(port, engine).
template <typename Decorator>
class PortFault final : public Fault {
 public:
  core::RunPort* Port(core::RunPort* port, engine::Engine* engine) override {
    decorator_ = std::make_unique<Decorator>(port, engine);
    return decorator_.get();
  }

 private:
  std::unique_ptr<Decorator> decorator_;
};

}  // namespace tests::crash

#endif  // TESTS_CRASH_SERVER_DECORATED_H_
