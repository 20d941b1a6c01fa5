#include "scheduler/dispatch/broker/pubsub/pubsub_call.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/pubsub/pubsub_api.h"
#include "scheduler/dispatch/grpc_status.h"
#include "scheduler/dispatch/grpc_target.h"
#include "scheduler/dispatch/notification/service_account.h"
#include "scheduler/dispatch/text.h"
#include <grpc/support/time.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/slice.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;
constexpr int64_t kNanosPerMilli = 1'000'000;

AttemptResult FailedBy(std::shared_ptr<const core::RunError> error) {
  AttemptResult result;
  result.error = std::move(error);
  return result;
}

AttemptResult RefusedToken(const AccessToken& token) {
  AttemptResult result =
      FailedAttempt(token.refusal.code, token.refusal.message, token.refusal.status);
  result.retry_after = token.refusal.retry_after;
  return result;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

PubsubCall::PubsubCall(const PubsubEnvironment& environment, GrpcAddress address,
                       BrokerFlightPtr flight, std::function<void()> on_end)
    : environment_(environment),
      address_(std::move(address)),
      flight_(std::move(flight)),
      since_nanos_(environment.clock->MonoNanos()),
      on_end_(std::move(on_end)) {}

void PubsubCall::Start() {
  // What others have opened says nothing of the address as it is now.
  connection_ = message().probe ? environment_.connections->New(address_, GrpcPeer())
                                : environment_.connections->Get(address_, GrpcPeer());
  connection_->Find("", {}, [self = shared_from_this()](const GrpcConnection::Found& found) {
    self->OnConnection(found);
  });
}

void PubsubCall::OnConnection(const GrpcConnection::Found& found) {
  if (found.error != nullptr) {
    if (found.error->code == core::failure::kConnection) {
      environment_.connections->Drop(connection_.get());
    }
    return End(FailedBy(found.error));
  }
  channel_ = found.channel;
  GetToken("");
}

void PubsubCall::GetToken(const std::string& refused) {
  const std::string_view file = message().account->SecretAt("service_account");
  if (file.empty()) return Publish();
  const absl::StatusOr<ServiceAccount> account = ParseServiceAccount(file);
  if (!account.ok()) return End(UnsentAttempt(account.status()));
  auto on_token = [self = shared_from_this()](const AccessToken& token) { self->OnToken(token); };
  // A probe shows that a token can be had, not that there is one.
  if (message().probe) return environment_.tokens->GetUnkept(*account, std::move(on_token));
  environment_.tokens->Get(message().account->key, *account, refused, std::move(on_token));
}

void PubsubCall::OnToken(const AccessToken& token) {
  if (token.token.empty()) return End(RefusedToken(token));
  // gRPC ends the process on what it cannot carry.
  if (!CheckGrpcMetadata("authorization", StrCat("Bearer ", token.token)).ok()) {
    return End(FailedAttempt(core::failure::kUnavailable,
                             "access token: it has characters that cannot be sent"));
  }
  token_ = token.token;
  Publish();
}

PubsubCall::Method PubsubCall::MethodToCall() const {
  if (!message().probe) {
    return {kPubsubPublish, StrCat("topic=", PercentEncode(TopicOf(message()))),
            PublishRequestOf(message())};
  }
  const auto& settings = std::get<core::PubsubSettings>(message().account->settings);
  return {kPubsubListTopics,
          StrCat("project=", PercentEncode(StrCat("projects/", settings.project))),
          ListTopicsRequestOf(settings)};
}

void PubsubCall::Publish() {
  auto next = std::make_shared<Try>();
  const Method method = MethodToCall();
  const grpc::Slice slice(method.request);
  next->request = grpc::ByteBuffer(&slice, 1);
  next->context.set_deadline(gpr_time_from_millis(TimeLeft(), GPR_TIMESPAN));
  if (!token_.empty()) next->context.AddMetadata("authorization", StrCat("Bearer ", token_));
  // As Google's own clients say which resource a call is for, to be routed by.
  next->context.AddMetadata("x-goog-request-params", method.routing);
  bool send = !flight_->ended();
  {
    base::MutexLock lock(&mu_);
    send = send && !stopped_;
    if (send) tries_.push_back(next);
  }
  if (!send) return End(CancelledAttempt());
  grpc::GenericStub stub(channel_);
  stub.UnaryCall(
      &next->context, method.name, grpc::StubOptions(), &next->request, &next->reply,
      [self = shared_from_this()](const grpc::Status& status) { self->OnReply(status); });
}

void PubsubCall::OnReply(const grpc::Status& status) {
  const bool refused = status.error_code() == grpc::StatusCode::UNAUTHENTICATED;
  if (refused && !token_.empty() && !again_) {
    again_ = true;
    return GetToken(token_);
  }
  AttemptResult result = ResultOf(status);
  if (!token_.empty() && !result.completed) {
    SecretRedactor redactor;
    redactor.Add(token_);
    result = redactor.Redact(std::move(result));
  }
  End(std::move(result));
}

AttemptResult PubsubCall::ResultOfProbe(const grpc::Status& status) {
  const auto& settings = std::get<core::PubsubSettings>(message().account->settings);
  if (status.ok()) {
    return CompletedAttempt(StrCat("topics of project ", settings.project, " can be listed"));
  }
  return CompletedAttempt(
      StrCat("the account is known, and may not list topics of project ", settings.project));
}

AttemptResult PubsubCall::ResultOf(const grpc::Status& status) {
  // Who is denied something is known, if a token says who it is.
  const bool denied = status.error_code() == grpc::StatusCode::PERMISSION_DENIED && !token_.empty();
  if (message().probe && (status.ok() || denied)) return ResultOfProbe(status);
  if (!status.ok()) {
    AttemptResult failed = FailedBy(GrpcError(status));
    if (failed.error->code == core::failure::kConnection) {
      environment_.connections->Drop(connection_.get());
    }
    return failed;
  }
  std::string reply;
  {
    base::MutexLock lock(&mu_);
    reply = BytesOf(tries_.back()->reply);
  }
  const absl::StatusOr<std::string> id = MessageIdIn(reply);
  if (!id.ok()) {
    return FailedAttempt(core::failure::kUnavailable, base::FromAbsl(id.status().message()));
  }
  const json output = {{"message_id", *id}};
  return CompletedAttempt(output.dump(-1, ' ', false, json::error_handler_t::replace));
}

void PubsubCall::End(AttemptResult result) {
  flight_->Finish(std::move(result));
  // Moved out: what it holds may hold this.
  const std::function<void()> on_end = std::exchange(on_end_, nullptr);
  on_end();
}

void PubsubCall::Stop() {
  std::shared_ptr<Try> under_way;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    if (!tries_.empty()) under_way = tries_.back();
  }
  // One that has ended does not mind.
  if (under_way != nullptr) under_way->context.TryCancel();
}

base::Millis PubsubCall::TimeLeft() const {
  const int64_t gone = (environment_.clock->MonoNanos() - since_nanos_) / kNanosPerMilli;
  return std::max<base::Millis>(1, flight_->attempt_timeout() - gone);
}

}  // namespace scheduler::dispatch
