#ifndef SCHEDULER_DISPATCH_GRPC_CONNECTION_H_
#define SCHEDULER_DISPATCH_GRPC_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/model.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/grpc_options.h"
#include "scheduler/dispatch/grpc_peer.h"
#include "scheduler/dispatch/grpc_reflection.h"
#include "scheduler/dispatch/grpc_service.h"
#include "scheduler/dispatch/grpc_target.h"
#include "scheduler/dispatch/host_resolver.h"
#include <grpcpp/channel.h>

namespace scheduler::dispatch {

// What connections share. It outlives their callbacks: whoever owns it stops resolver and reflection
// first.
struct GrpcEnvironment {
  GrpcOptions options;
  std::string root_certificates;  // the content of options.ca_file
  const EgressPolicy* egress = nullptr;
  const base::Clock* clock = nullptr;
  HostResolver* resolver = nullptr;
  GrpcReflection* reflection = nullptr;
};

// One target address, called as one peer: its channel and the services that were learned through it.
//
// Addresses: the name is resolved here, every address is asked of the egress policy, and the
// channel is made for the allowed ones as numbers, so that gRPC resolves nothing itself and what
// was checked is what is dialled, also when it reconnects. The name stays as the authority, which
// requests carry and certificates are checked against.
//
// Thread-safe. Held by a shared_ptr: look-ups and streams under way keep it.
class GrpcConnection final : public std::enable_shared_from_this<GrpcConnection> {
 public:
  struct Found {
    std::shared_ptr<grpc::Channel> channel;
    std::shared_ptr<const GrpcService> service;
    std::shared_ptr<const core::RunError> error;  // set iff the others are not
    bool known_before = false;                    // the service is not fresh from the target
  };
  using Ready = std::function<void(Found)>;
  // The names of the target's services, or the error that there is instead.
  using Listed = std::function<void(std::shared_ptr<const core::RunError>,
                                    const std::vector<std::string>& services)>;

  // `tls`: the certificates of a TLS address; null: as usual.
  GrpcConnection(GrpcAddress address, std::shared_ptr<const HttpTransport> tls,
                 const GrpcEnvironment* environment);

  // Sets `found` and returns true if all is known.
  bool FindKnown(const std::string& service, Found* found);

  // Calls `ready` exactly once: at once if all is known, else from another thread when the address
  // is resolved and the service is told; an empty `service` asks for the channel alone. The question to
  // the target's reflection carries `metadata`. Attempts that ask for the same thing share the work: the
  // metadata of the first is sent, and if it is refused, those with other metadata ask anew. An error is not
  // kept: the next one asks anew.
  void Find(const std::string& service, const GrpcMetadata& metadata, Ready ready);

  // Asks the target's reflection for its services. Calls `done` exactly once. Nothing of it is kept.
  void List(const GrpcMetadata& metadata, Listed done);

  // The service has changed, or so it seems: the next Find asks the target, unless the service is
  // another one by now.
  void Forget(const std::string& name, const GrpcService* service);

  base::Millis created() const { return created_; }

 private:
  struct Waiting {
    std::string service;
    GrpcMetadata metadata;
    Ready ready;
  };
  struct Slot {
    std::shared_ptr<const GrpcService> service;
    bool fetching = false;
    std::vector<Waiting> waiting;
  };

  // What a caller of Find or FindService finds: all is there, or it has to do the work, or someone
  // is doing it. In the latter two the caller's `ready` was taken.
  enum class Joined { kKnown, kFirst, kLater };

  Joined JoinResolving(const std::string& service, const GrpcMetadata& metadata, Ready* ready);
  Joined JoinFetching(const std::string& name, const GrpcMetadata& metadata, Ready* ready,
                      Found* found);
  void OnResolved(const absl::StatusOr<std::vector<IpAddress>>& addresses);
  void FindService(const std::string& name, const GrpcMetadata& metadata, Ready ready);
  // `metadata`: what was sent.
  void OnAnswer(const std::string& name, const GrpcMetadata& metadata,
                const ReflectionAnswer& answer);
  std::shared_ptr<grpc::Channel> MakeChannel(const std::vector<IpAddress>& addresses) const;

  const GrpcAddress address_;
  const std::shared_ptr<const HttpTransport> tls_;
  const GrpcEnvironment* const environment_;
  const base::Millis created_;

  base::Mutex mu_;
  std::shared_ptr<grpc::Channel> channel_ ABSL_GUARDED_BY(mu_);
  bool resolving_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, Slot> services_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_CONNECTION_H_
