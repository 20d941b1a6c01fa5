#include "scheduler/dispatch/grpc_attempt.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/delivery_fields.h"
#include "scheduler/dispatch/grpc_status.h"
#include "scheduler/dispatch/grpc_text.h"
#include "scheduler/dispatch/text.h"
#include <grpc/support/time.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/proto_buffer_reader.h>

namespace scheduler::dispatch {
namespace {

// What a server may say about when to come back: gRPC proposal A6. Negative means "do not retry",
// which is the policy's to say.
constexpr char kPushback[] = "grpc-retry-pushback-ms";

constexpr size_t kMaxNameBytes = 128;  // that are shown of a service's name

std::optional<base::Millis> PushbackOf(const grpc::ClientContext& context) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(kPushback);
  if (found == trailers.end()) return std::nullopt;
  const char* const end = found->second.data() + found->second.size();
  base::Millis millis = 0;
  const auto [stop, error] = std::from_chars(found->second.data(), end, millis);
  if (error != std::errc() || stop != end || millis < 0) return std::nullopt;
  return std::min(millis, 36'500 * base::kDay);
}

// "2 services: a.B, c.D", of as many as a reader takes in.
std::string TextOfServices(const std::vector<std::string>& services) {
  constexpr size_t kMaxNames = 20;
  std::string text = base::StrCat(services.size(), services.size() == 1 ? " service" : " services");
  for (size_t i = 0; i < services.size() && i <= kMaxNames; ++i) {
    base::StrAppend(&text, i == 0 ? ": " : ", ",
                    i == kMaxNames ? "…" : ToMessage(services[i], kMaxNameBytes));
  }
  return text;
}

std::shared_ptr<const core::RunError> Late() {
  return GrpcFailure(core::failure::kTimeout, "the target was not ready in time");
}

}  // namespace

GrpcAttempt::GrpcAttempt(core::ClaimedRun run, ConnectedGrpcTarget connected,
                         GrpcConnections* connections, const base::Clock* clock,
                         Executor::Done done)
    : run_(std::move(run)),
      connected_(std::move(connected)),
      target_(connected_.target.get()),
      connections_(connections),
      clock_(clock),
      done_(std::move(done)) {}

void GrpcAttempt::Start() {
  const absl::Status status = Check();
  if (!status.ok()) return Fail(GrpcInvalid(status));
  const absl::StatusOr<GrpcAddress> address = ParseGrpcAddress(target_->address);
  if (!address.ok()) return Fail(GrpcInvalid(address.status()));
  deadline_ = clock_->MonoNow() + (run_.attempt_timeout > 0 ? run_.attempt_timeout
                                                            : base::limits::kDefaultAttemptTimeout);
  // A test connects anew, and leaves the connections of runs alone.
  connection_ = run_.probe ? connections_->New(*address, connected_.peer)
                           : connections_->Get(*address, connected_.peer);
  ArmAlarm();
  if (run_.probe) {
    ListServices();
  } else {
    FindService();
  }
}

absl::Status GrpcAttempt::Check() {
  if (!run_.probe) {
    absl::StatusOr<GrpcMethodName> name = ParseGrpcMethod(target_->method);
    if (!name.ok()) return name.status();
    name_ = *std::move(name);
  }
  for (const GrpcMetadata* metadata : {&target_->metadata, &connected_.peer.metadata}) {
    for (const auto& [key, value] : *metadata) {
      absl::Status status = CheckGrpcMetadata(key, value);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

void GrpcAttempt::FindService() {
  GrpcConnection::Found found;
  if (connection_->FindKnown(name_.service, &found)) return OnFound(found);
  ArmAlarm();
  connection_->Find(
      name_.service, connected_.peer.metadata,
      [self = shared_from_this()](const GrpcConnection::Found& late) { self->OnFound(late); });
}

void GrpcAttempt::ListServices() {
  connection_->List(connected_.peer.metadata,
                    [self = shared_from_this()](const std::shared_ptr<const core::RunError>& error,
                                                const std::vector<std::string>& services) {
                      if (error == nullptr) return self->Complete(TextOfServices(services));
                      self->FailPreparing(error);
                    });
}

void GrpcAttempt::ArmAlarm() {
  base::MutexLock lock(&mu_);
  if (phase_ != Phase::kPreparing || alarm_armed_) return;
  alarm_armed_ = true;
  // The library keeps the callback as long as the alarm, which the attempt keeps: so the callback
  // lets go of the attempt.
  alarm_.Set(gpr_time_from_millis(TimeLeft(), GPR_TIMESPAN),
             [self = shared_from_this()](bool rang) mutable {
               const std::shared_ptr<GrpcAttempt> attempt = std::move(self);
               // A call has a deadline of its own.
               if (rang) attempt->Fail(Late());
             });
}

bool GrpcAttempt::Advance(Phase from, Phase to) {
  base::MutexLock lock(&mu_);
  if (phase_ != from) return false;
  phase_ = to;
  if (alarm_armed_) alarm_.Cancel();
  return true;
}

void GrpcAttempt::Fail(std::shared_ptr<const core::RunError> error) {
  if (!Advance(Phase::kPreparing, Phase::kEnded)) return;
  AttemptResult result;
  result.error = std::move(error);
  Tell(std::move(result));
}

void GrpcAttempt::FailPreparing(const std::shared_ptr<const core::RunError>& error) {
  if (error->code == core::failure::kConnection) connections_->Drop(connection_.get());
  Fail(error);
}

void GrpcAttempt::Complete(std::string_view output) {
  if (Advance(Phase::kPreparing, Phase::kEnded)) Tell(CompletedAttempt(output));
}

void GrpcAttempt::Tell(AttemptResult result) {
  // Moved out, so that an attempt that some callback still keeps does not keep its owner.
  const Executor::Done done = std::move(done_);
  done(std::move(result));
}

void GrpcAttempt::OnFound(const GrpcConnection::Found& found) {
  if (found.error != nullptr) return FailPreparing(found.error);
  absl::Status status;
  absl::StatusOr<GrpcService::Method> method = found.service->FindMethod(name_.method);
  if (method.ok()) {
    absl::StatusOr<std::string> request =
        found.service->RequestFromJson(*method, GrpcMessageOf(*target_, run_));
    if (request.ok()) {
      if (run_.trace != nullptr) run_.trace->AddRequest(TextOfGrpcCall(*target_, run_));
      return Call(found, *std::move(method), *request);
    }
    status = request.status();
  } else {
    status = method.status();
  }
  // The target may have changed since its descriptors were told.
  if (!found.known_before || asked_again_) return Fail(GrpcInvalid(status));
  asked_again_ = true;
  connection_->Forget(name_.service, found.service.get());
  FindService();
}

void GrpcAttempt::Call(const GrpcConnection::Found& found, GrpcService::Method method,
                       const std::string& request) {
  service_ = found.service;
  method_ = std::move(method);
  const grpc::Slice slice(request);
  request_ = grpc::ByteBuffer(&slice, 1);
  SetContext();
  if (!Advance(Phase::kPreparing, Phase::kCalling)) return;
  grpc::GenericStub stub(found.channel);
  stub.UnaryCall(
      &context_, method_.path, grpc::StubOptions(), &request_, &reply_,
      [self = shared_from_this()](const grpc::Status& status) { self->OnReply(status); });
}

void GrpcAttempt::SetContext() {
  context_.set_deadline(gpr_time_from_millis(TimeLeft(), GPR_TIMESPAN));
  for (const auto& [key, value] : target_->metadata) context_.AddMetadata(key, value);
  for (const DeliveryField& field : DeliveryFieldsOf(run_)) {
    context_.AddMetadata(std::string(field.metadata), field.value);
  }
}

void GrpcAttempt::TraceReply(const grpc::Status& status) {
  if (run_.trace == nullptr) return;
  std::string text = "grpc-status: " + std::to_string(status.error_code());
  if (!status.error_message().empty()) text += "\ngrpc-message: " + status.error_message();
  AppendGrpcMetadata(context_.GetServerInitialMetadata(), &text);
  AppendGrpcMetadata(context_.GetServerTrailingMetadata(), &text);
  run_.trace->AddResponse(text);
}

void GrpcAttempt::OnReply(const grpc::Status& status) {
  TraceReply(status);
  AttemptResult result = ResultOf(status);
  if (Advance(Phase::kCalling, Phase::kEnded)) Tell(std::move(result));
}

AttemptResult GrpcAttempt::ResultOf(const grpc::Status& status) {
  AttemptResult result;
  if (status.ok()) {
    result.completed = true;
    grpc::ProtoBufferReader reader(&reply_);
    absl::StatusOr<core::RunOutput> output = service_->OutputFromReply(method_, &reader);
    // A reply that cannot be shown is still a reply.
    if (output.ok()) result.output = std::make_shared<const core::RunOutput>(*std::move(output));
    return result;
  }
  result.cancelled = cancelled_.load() && status.error_code() == grpc::StatusCode::CANCELLED;
  result.error = GrpcError(status);
  result.retry_after = PushbackOf(context_);
  if (result.error->code == core::failure::kConnection) connections_->Drop(connection_.get());
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    connection_->Forget(name_.service, service_.get());
  }
  return result;
}

void GrpcAttempt::Cancel() {
  if (Advance(Phase::kPreparing, Phase::kEnded)) {
    AttemptResult result;
    result.cancelled = true;
    Tell(std::move(result));
    return;
  }
  cancelled_ = true;
  // The call ends with its own callback; one that has ended does not mind.
  context_.TryCancel();
}

base::Millis GrpcAttempt::TimeLeft() const {
  return std::max<base::Millis>(deadline_ - clock_->MonoNow(), 0);
}

}  // namespace scheduler::dispatch
