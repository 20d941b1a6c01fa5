#include "scheduler/dispatch/grpc_connections.h"

#include <algorithm>

namespace scheduler::dispatch {
namespace {

constexpr base::Millis kMinAgeToDrop = base::kSecond;

}  // namespace

std::shared_ptr<GrpcConnection> GrpcConnections::Get(const GrpcAddress& address,
                                                     const GrpcPeer& peer) {
  const std::string key =
      (address.tls ? "grpcs://" : "") + address.Authority() + " " + peer.identity;
  const base::Millis now = environment_->clock->MonoNow();
  base::MutexLock lock(&mu_);
  if (!entries_.contains(key)) MakeRoom(now);
  Entry& entry = entries_[key];
  entry.used = ++uses_;
  if (entry.connection == nullptr ||
      now - entry.connection->created() > environment_->options.max_age) {
    entry.connection = New(address, peer);
  }
  return entry.connection;
}

std::shared_ptr<GrpcConnection> GrpcConnections::New(const GrpcAddress& address,
                                                     const GrpcPeer& peer) const {
  return std::make_shared<GrpcConnection>(address, peer.tls, environment_);
}

void GrpcConnections::MakeRoom(base::Millis now) {
  absl::erase_if(entries_, [&](const auto& item) {
    return now - item.second.connection->created() > environment_->options.max_age;
  });
  if (entries_.size() < environment_->options.max_connections) return;
  const auto oldest =
      std::min_element(entries_.begin(), entries_.end(),
                       [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
  entries_.erase(oldest);
}

void GrpcConnections::Drop(const GrpcConnection* connection) {
  if (environment_->clock->MonoNow() - connection->created() < kMinAgeToDrop) return;
  base::MutexLock lock(&mu_);
  absl::erase_if(entries_,
                 [&](const auto& item) { return item.second.connection.get() == connection; });
}

size_t GrpcConnections::size() {
  base::MutexLock lock(&mu_);
  return entries_.size();
}

}  // namespace scheduler::dispatch
