#ifndef SCHEDULER_DISPATCH_BROKER_STREAM_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_STREAM_DRIVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_link.h"

namespace scheduler::dispatch {

// The driver of brokers whose protocol is spoken on connections of our own: one thread that carries all of
// them. Each account has one; a probe has one of its own, which ends with it. Where there are as many as may be,
// the one that has been of no use for the longest makes room, whether it is open or still being dialled.
class StreamDriver final : public BrokerDriver {
 public:
  // The pointers outlive the driver; the clock must run by itself. `name` is the thread's.
  StreamDriver(std::string name, std::unique_ptr<const LinkKind> kind, const BrokerOptions& options,
               const EgressPolicy* egress, const base::Clock* clock);
  ~StreamDriver() override { Shutdown(); }

  absl::Status Check(const BrokerMessage& message) const override { return kind_->Check(message); }
  void Publish(BrokerFlightPtr flight) override;
  void Shutdown() override;

 private:
  void TakeMailbox();
  // Null, and the flight has failed, if there is no room for another link.
  std::shared_ptr<BrokerLink> LinkOf(const BrokerFlightPtr& flight);
  void DropIdleLinks();
  void DropLongestUnused();

  const std::unique_ptr<const LinkKind> kind_;
  HostResolver resolver_;
  EventLoop loop_;
  const LinkEnvironment environment_;
  absl::flat_hash_map<std::string, std::shared_ptr<BrokerLink>> links_;  // of the thread
  uint64_t last_probe_ = 0;                                              // likewise

  base::Mutex mu_;
  std::vector<BrokerFlightPtr> mailbox_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_STREAM_DRIVER_H_
