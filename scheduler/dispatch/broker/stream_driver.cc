#include "scheduler/dispatch/broker/stream_driver.h"

#include <utility>

#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {

StreamDriver::StreamDriver(std::string name, std::unique_ptr<const LinkKind> kind,
                           const BrokerOptions& options, const EgressPolicy* egress,
                           const base::Clock* clock)
    : kind_(std::move(kind)),
      loop_(clock, std::move(name)),
      environment_{options, egress, &resolver_, &loop_, kind_.get()} {
  loop_.Start();
}

void StreamDriver::Publish(BrokerFlightPtr flight) {
  bool first = false;
  {
    base::MutexLock lock(&mu_);
    first = mailbox_.empty();
    mailbox_.push_back(std::move(flight));
  }
  if (first) loop_.Post([this] { TakeMailbox(); });
}

void StreamDriver::TakeMailbox() {
  std::vector<BrokerFlightPtr> taken;
  {
    base::MutexLock lock(&mu_);
    taken.swap(mailbox_);
  }
  std::vector<BrokerLink*> touched;
  for (BrokerFlightPtr& flight : taken) {
    if (flight->ended()) continue;
    BrokerLink* const link = LinkOf(flight);
    if (link == nullptr) continue;
    link->Add(std::move(flight));
    if (touched.empty() || touched.back() != link) touched.push_back(link);
  }
  for (BrokerLink* const link : touched) link->Pump();
}

BrokerLink* StreamDriver::LinkOf(const BrokerFlightPtr& flight) {
  const std::shared_ptr<const BrokerAccount>& account = flight->message().account;
  const auto found = links_.find(account->key);
  if (found != links_.end()) return found->second.get();
  if (links_.size() >= environment_.options.max_connections) {
    flight->Finish(FailedAttempt(core::failure::kRateLimited,
                                 "too many connections to brokers of this kind are open"));
    // For the next one.
    loop_.Post([this] { DropIdleLinks(); });
    return nullptr;
  }
  // Of connections that were changed or deleted.
  if (links_.size() % 16 == 15) loop_.Post([this] { DropIdleLinks(); });
  auto& link = links_[account->key];
  link = std::make_shared<BrokerLink>(&environment_, account);
  return link.get();
}

void StreamDriver::DropIdleLinks() {
  for (auto link = links_.begin(); link != links_.end();) {
    const auto next = std::next(link);
    if (link->second->IsIdle()) links_.erase(link);
    link = next;
  }
}

void StreamDriver::Shutdown() {
  loop_.Stop([this] {
    for (const auto& [key, link] : links_) link->Close();
    links_.clear();
  });
  resolver_.Stop();
}

}  // namespace scheduler::dispatch
