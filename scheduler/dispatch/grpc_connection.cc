#include "scheduler/dispatch/grpc_connection.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ductape/version.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/grpc_credentials.h"
#include "scheduler/dispatch/grpc_status.h"
#include <grpc/impl/codegen/grpc_types.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

namespace scheduler::dispatch {
namespace {

// Services of one address whose descriptors are kept.
constexpr size_t kMaxServices = 64;

GrpcConnection::Found Failed(std::shared_ptr<const core::RunError> error) {
  GrpcConnection::Found found;
  found.error = std::move(error);
  return found;
}

// "ipv6:[::1]:50051,[::ffff:127.0.0.1]:50051": one scheme for both families, so that gRPC can go
// from one to the other.
std::string AddressList(const std::vector<IpAddress>& addresses, uint16_t port) {
  std::string list = "ipv6:";
  for (const IpAddress& address : addresses) {
    if (list.back() != ':') list.push_back(',');
    list.append(address.v4 ? "[::ffff:" : "[").append(FormatIpAddress(address));
    list.append("]:").append(std::to_string(port));
  }
  return list;
}

std::shared_ptr<const core::RunError> ReflectionError(const std::string& service,
                                                      const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::NOT_FOUND:
      return GrpcFailure(core::failure::kValidation,
                         absl::StrCat("the target has no service ", service));
    case grpc::StatusCode::UNIMPLEMENTED:
      return GrpcFailure(core::failure::kValidation,
                         "the target does not serve reflection (v1 or v1alpha), which tells its "
                         "methods and types");
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::INVALID_ARGUMENT:
      return GrpcFailure(core::failure::kValidation, status.error_message());
    default:
      return GrpcError(status);
  }
}

}  // namespace

GrpcConnection::GrpcConnection(GrpcAddress address, std::shared_ptr<const HttpTransport> tls,
                               const GrpcEnvironment* environment)
    : address_(std::move(address)),
      tls_(std::move(tls)),
      environment_(environment),
      created_(environment->clock->MonoNow()) {}

bool GrpcConnection::FindKnown(const std::string& service, Found* found) {
  base::MutexLock lock(&mu_);
  const auto slot = services_.find(service);
  if (slot == services_.end() || slot->second.service == nullptr) return false;
  found->channel = channel_;
  found->service = slot->second.service;
  found->known_before = true;
  return true;
}

void GrpcConnection::Find(const std::string& service, const GrpcMetadata& metadata, Ready ready) {
  switch (JoinResolving(service, metadata, &ready)) {
    case Joined::kKnown:
      return FindService(service, metadata, std::move(ready));
    case Joined::kLater:
      return;
    case Joined::kFirst:
      break;
  }
  environment_->resolver->Resolve(
      address_.host,
      [self = shared_from_this()](const absl::StatusOr<std::vector<IpAddress>>& addresses) {
        self->OnResolved(addresses);
      });
}

void GrpcConnection::List(const GrpcMetadata& metadata, Listed done) {
  Find("", metadata,
       [environment = environment_, metadata, done = std::move(done)](const Found& found) {
         if (found.error != nullptr) return done(found.error, {});
         environment->reflection->List(found.channel, metadata,
                                       environment->options.reflection_timeout,
                                       [done](const ReflectionAnswer& answer) {
                                         if (answer.status.ok())
                                           return done(nullptr, answer.services);
                                         done(ReflectionError("", answer.status), {});
                                       });
       });
}

GrpcConnection::Joined GrpcConnection::JoinResolving(const std::string& service,
                                                     const GrpcMetadata& metadata, Ready* ready) {
  base::MutexLock lock(&mu_);
  if (channel_ != nullptr) return Joined::kKnown;
  waiting_.push_back({service, metadata, std::move(*ready)});
  if (resolving_) return Joined::kLater;
  resolving_ = true;
  return Joined::kFirst;
}

void GrpcConnection::OnResolved(const absl::StatusOr<std::vector<IpAddress>>& addresses) {
  std::shared_ptr<const core::RunError> error;
  std::vector<IpAddress> allowed;
  if (!addresses.ok()) {
    error = GrpcFailure(core::failure::kConnection, std::string(addresses.status().message()));
  } else {
    for (const IpAddress& address : *addresses) {
      const std::optional<std::string> denial =
          environment_->egress->Denial({address, address_.port});
      if (!denial) {
        allowed.push_back(address);
      } else if (error == nullptr) {
        error = GrpcFailure(core::failure::kEgressDenied, *denial);
      }
    }
  }
  std::shared_ptr<grpc::Channel> channel;
  if (!allowed.empty()) channel = MakeChannel(allowed);
  std::vector<Waiting> waiting;
  {
    base::MutexLock lock(&mu_);
    channel_ = channel;
    resolving_ = false;
    waiting.swap(waiting_);
  }
  for (Waiting& one : waiting) {
    if (channel != nullptr) {
      FindService(one.service, one.metadata, std::move(one.ready));
    } else {
      one.ready(Failed(error));
    }
  }
}

std::shared_ptr<grpc::Channel> GrpcConnection::MakeChannel(
    const std::vector<IpAddress>& addresses) const {
  grpc::ChannelArguments arguments;
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, address_.Authority());
  arguments.SetUserAgentPrefix(absl::StrCat("ductape-jobs/", ductape::kVersion));
  arguments.SetMaxReceiveMessageSize(kMaxGrpcReplyBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // retries are the engine's
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // A target that is back is found within seconds.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (address_.tls) {
    credentials = TlsCredentialsOf(tls_.get(), environment_->root_certificates);
    if (tls_ != nullptr && !tls_->server_name.empty()) {
      arguments.SetSslTargetNameOverride(tls_->server_name);
    }
  }
  return grpc::CreateCustomChannel(AddressList(addresses, address_.port), credentials, arguments);
}

void GrpcConnection::FindService(const std::string& name, const GrpcMetadata& metadata,
                                 Ready ready) {
  Found found;
  if (name.empty()) {
    base::MutexLock lock(&mu_);
    found.channel = channel_;
    found.known_before = true;
  }
  if (found.channel != nullptr) return ready(std::move(found));
  switch (JoinFetching(name, metadata, &ready, &found)) {
    case Joined::kKnown:
      return ready(std::move(found));
    case Joined::kLater:
      return;
    case Joined::kFirst:
      break;
  }
  environment_->reflection->Fetch(
      found.channel, name, metadata, environment_->options.reflection_timeout,
      [self = shared_from_this(), name, metadata](const ReflectionAnswer& answer) {
        self->OnAnswer(name, metadata, answer);
      });
}

GrpcConnection::Joined GrpcConnection::JoinFetching(const std::string& name,
                                                    const GrpcMetadata& metadata, Ready* ready,
                                                    Found* found) {
  base::MutexLock lock(&mu_);
  if (!services_.contains(name) && services_.size() >= kMaxServices) {
    absl::erase_if(services_, [](const auto& item) { return !item.second.fetching; });
  }
  Slot& slot = services_[name];
  found->channel = channel_;
  found->service = slot.service;
  found->known_before = true;
  if (slot.service != nullptr) return Joined::kKnown;
  slot.waiting.push_back({name, metadata, std::move(*ready)});
  if (slot.fetching) return Joined::kLater;
  slot.fetching = true;
  return Joined::kFirst;
}

void GrpcConnection::OnAnswer(const std::string& name, const GrpcMetadata& metadata,
                              const ReflectionAnswer& answer) {
  Found found;
  if (!answer.status.ok()) {
    found.error = ReflectionError(name, answer.status);
  } else {
    absl::StatusOr<std::shared_ptr<const GrpcService>> service =
        GrpcService::Create(name, answer.files);
    if (service.ok()) {
      found.service = *std::move(service);
    } else {
      found.error = GrpcInvalid(service.status());
    }
  }
  const bool refused = answer.status.error_code() == grpc::StatusCode::UNAUTHENTICATED ||
                       answer.status.error_code() == grpc::StatusCode::PERMISSION_DENIED;
  std::vector<Waiting> waiting;
  {
    base::MutexLock lock(&mu_);
    Slot& slot = services_[name];
    slot.service = found.service;
    slot.fetching = false;
    waiting.swap(slot.waiting);
    if (found.service != nullptr) {
      found.channel = channel_;
    } else {
      services_.erase(name);
    }
  }
  for (Waiting& one : waiting) {
    if (refused && one.metadata != metadata) {
      FindService(name, one.metadata, std::move(one.ready));
    } else {
      one.ready(found);
    }
  }
}

void GrpcConnection::Forget(const std::string& name, const GrpcService* service) {
  base::MutexLock lock(&mu_);
  const auto slot = services_.find(name);
  if (slot != services_.end() && slot->second.service.get() == service) {
    slot->second.service = nullptr;
  }
}

}  // namespace scheduler::dispatch
