#include "scheduler/dispatch/broker/pubsub/pubsub_driver.h"

#include <fstream>
#include <sstream>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/pubsub/pubsub_api.h"
#include "scheduler/dispatch/broker/pubsub/pubsub_call.h"
#include "scheduler/dispatch/grpc_keep_alive.h"
#include "scheduler/dispatch/http_client.h"

namespace scheduler::dispatch {
namespace {

constexpr char kDefaultPort[] = ":8085";  // of Google's emulator

std::string ReadFile(const std::string& file) {
  if (file.empty()) return "";
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  // Not empty, or gRPC would take the system's.
  return content.str().empty() ? "unreadable" : content.str();
}

GrpcOptions GrpcOptionsOf(const BrokerOptions& options) {
  GrpcOptions grpc;
  grpc.max_connections = options.max_connections;
  return grpc;
}

HttpOptions HttpOptionsOf(const BrokerOptions& options, const PubsubService& service) {
  HttpOptions http;
  http.connect_timeout = options.connect_timeout;
  http.ca_file = service.ca_file;
  return http;
}

// "host" or "host:port".
absl::StatusOr<GrpcAddress> EmulatorAt(const std::string& endpoint) {
  absl::StatusOr<GrpcAddress> address = ParseGrpcAddress(endpoint);
  return address.ok() ? address : ParseGrpcAddress(endpoint + kDefaultPort);
}

class PubsubDriver final : public BrokerDriver {
 public:
  PubsubDriver(const BrokerOptions& options, const EgressPolicy* egress, const base::Clock* clock,
               const PubsubService& service)
      : options_(options),
        service_(service),
        client_(HttpOptionsOf(options, service), egress, clock),
        tokens_(&client_, clock, std::string(kPubsubScope)),
        grpc_{GrpcOptionsOf(options),
              ReadFile(service.ca_file),
              egress,
              clock,
              &resolver_,
              &reflection_},
        connections_(&grpc_),
        environment_{clock, &connections_, &tokens_} {
    KeepGrpcAlive();
  }
  ~PubsubDriver() override { Shutdown(); }

  absl::Status Check(const BrokerMessage& message) const override {
    return CheckPubsubMessage(message);
  }
  void Publish(BrokerFlightPtr flight) override;
  void Shutdown() override;

 private:
  using CallPtr = std::shared_ptr<PubsubCall>;

  absl::StatusOr<GrpcAddress> AddressOf(const BrokerAccount& account) const {
    const auto& settings = std::get<core::PubsubSettings>(account.settings);
    return settings.endpoint.empty() ? ParseGrpcAddress(service_.address)
                                     : EmulatorAt(settings.endpoint);
  }
  // Counts a message of the account; false if there is no room for it, or no time any more.
  bool TakeRoom(const std::string& key);
  void Add(const CallPtr& call);
  void OnEnd(const PubsubCall* call, const std::string& key);

  const BrokerOptions options_;
  const PubsubService service_;
  HttpClient client_;  // for tokens
  AccessTokens tokens_;
  HostResolver resolver_;
  GrpcReflection reflection_;  // not used
  const GrpcEnvironment grpc_;
  GrpcConnections connections_;
  const PubsubEnvironment environment_;

  base::Mutex mu_;
  base::CondVar ended_;  // a call has
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  size_t under_way_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<std::string, size_t> messages_ ABSL_GUARDED_BY(mu_);  // of each account
  absl::flat_hash_map<const PubsubCall*, CallPtr> calls_ ABSL_GUARDED_BY(mu_);
};

void PubsubDriver::Publish(BrokerFlightPtr flight) {
  const std::string key = flight->message().account->key;
  const absl::StatusOr<GrpcAddress> address = AddressOf(*flight->message().account);
  if (!address.ok()) {
    flight->Finish(UnsentAttempt(address.status()));
    return;
  }
  if (!TakeRoom(key)) {
    flight->Finish(FailedAttempt(core::failure::kRateLimited,
                                 "too many messages are under way to this account"));
    return;
  }
  // The call's own end lets go of it.
  const auto self = std::make_shared<const PubsubCall*>(nullptr);
  const auto call = std::make_shared<PubsubCall>(environment_, *address, std::move(flight),
                                                 [this, self, key] { OnEnd(*self, key); });
  *self = call.get();
  Add(call);
  call->Start();
}

bool PubsubDriver::TakeRoom(const std::string& key) {
  base::MutexLock lock(&mu_);
  if (stopped_) return false;
  size_t& count = messages_[key];
  if (count >= options_.max_of_one_connection()) return false;
  ++count;
  ++under_way_;
  return true;
}

void PubsubDriver::Add(const CallPtr& call) {
  bool stopped = false;
  {
    base::MutexLock lock(&mu_);
    stopped = stopped_;
    calls_.emplace(call.get(), call);
  }
  if (stopped) call->Stop();
}

void PubsubDriver::OnEnd(const PubsubCall* call, const std::string& key) {
  CallPtr ended;  // released after the lock
  base::MutexLock lock(&mu_);
  const auto found = calls_.find(call);
  if (found != calls_.end()) {
    ended = std::move(found->second);
    calls_.erase(found);
  }
  const auto count = messages_.find(key);
  if (count != messages_.end() && --count->second == 0) messages_.erase(count);
  --under_way_;
  ended_.SignalAll();
}

void PubsubDriver::Shutdown() {
  std::vector<CallPtr> calls;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    for (const auto& [call, kept] : calls_) calls.push_back(kept);
  }
  for (const CallPtr& call : calls) call->Stop();
  calls.clear();
  // Those who wait for a name or a token are told.
  resolver_.Stop();
  client_.Shutdown();
  {
    base::MutexLock lock(&mu_);
    while (under_way_ > 0) ended_.Wait(&mu_);
  }
  reflection_.Stop();
}

}  // namespace

std::unique_ptr<BrokerDriver> NewPubsubDriver(const BrokerOptions& options,
                                              const EgressPolicy* egress, const base::Clock* clock,
                                              const PubsubService& service) {
  return std::make_unique<PubsubDriver>(options, egress, clock, service);
}

}  // namespace scheduler::dispatch
