#ifndef SCHEDULER_DISPATCH_GRPC_CONNECTIONS_H_
#define SCHEDULER_DISPATCH_GRPC_CONNECTIONS_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/grpc_connection.h"

namespace scheduler::dispatch {

// The connections to targets, by address and as whom it is called: at most options.max_connections, the
// one used longest ago goes first. One that is dropped lives on until the calls on it have ended.
//
// Thread-safe.
class GrpcConnections {
 public:
  explicit GrpcConnections(const GrpcEnvironment* environment) : environment_(environment) {}

  // The connection to `address` as `peer`: a new one if there is none or it is older than options.max_age.
  std::shared_ptr<GrpcConnection> Get(const GrpcAddress& address, const GrpcPeer& peer);

  // A new connection that nobody else gets.
  std::shared_ptr<GrpcConnection> New(const GrpcAddress& address, const GrpcPeer& peer) const;

  // Calls on `connection` fail for want of a connection: the next attempt resolves the name anew.
  // Does nothing for one that is younger than a second, so that a target that is down is not looked
  // up by every attempt.
  void Drop(const GrpcConnection* connection);

  size_t size();

 private:
  struct Entry {
    std::shared_ptr<GrpcConnection> connection;
    int64_t used = 0;  // of uses_
  };

  // For a connection that is added: what is too old to be used again goes first.
  void MakeRoom(base::Millis now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const GrpcEnvironment* const environment_;
  base::Mutex mu_;
  int64_t uses_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_CONNECTIONS_H_
