#include "scheduler/dispatch/broker/stream_driver.h"

#include <utility>

#include "absl/strings/str_cat.h"
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
  // Held, since one may make room for another.
  std::vector<std::shared_ptr<BrokerLink>> touched;
  for (BrokerFlightPtr& flight : taken) {
    if (flight->ended()) continue;
    std::shared_ptr<BrokerLink> link = LinkOf(flight);
    if (link == nullptr) continue;
    link->Add(std::move(flight));
    if (touched.empty() || touched.back() != link) touched.push_back(std::move(link));
  }
  for (const std::shared_ptr<BrokerLink>& link : touched) link->Pump();
}

std::shared_ptr<BrokerLink> StreamDriver::LinkOf(const BrokerFlightPtr& flight) {
  const BrokerMessage& message = flight->message();
  std::string key = message.account->key;
  // What others have opened says nothing of the account as it is now.
  if (message.probe) absl::StrAppend(&key, "/probe", ++last_probe_);
  const auto found = links_.find(key);
  if (found != links_.end()) return found->second;
  const size_t most = environment_.options.max_connections;
  // Of connections that were changed or deleted, and of probes.
  if (links_.size() % 16 == 15 || links_.size() >= most) DropIdleLinks();
  if (links_.size() >= most) DropLongestUnused();
  if (links_.size() >= most) {
    flight->Finish(FailedAttempt(core::failure::kRateLimited,
                                 "too many connections to brokers of this kind are open"));
    return nullptr;
  }
  auto link = std::make_shared<BrokerLink>(&environment_, message.account);
  links_[std::move(key)] = link;
  return link;
}

void StreamDriver::DropIdleLinks() {
  for (auto link = links_.begin(); link != links_.end();) {
    const auto current = link++;
    if (current->second->IsIdle()) links_.erase(current);
  }
}

void StreamDriver::DropLongestUnused() {
  auto unused = links_.end();
  for (auto link = links_.begin(); link != links_.end(); ++link) {
    if (!link->second->IsUnused()) continue;
    if (unused == links_.end() || link->second->last_use() < unused->second->last_use()) {
      unused = link;
    }
  }
  if (unused != links_.end()) links_.erase(unused);
}

void StreamDriver::Shutdown() {
  loop_.Stop([this] {
    for (const auto& [key, link] : links_) link->Close();
    links_.clear();
  });
  resolver_.Stop();
}

}  // namespace scheduler::dispatch
