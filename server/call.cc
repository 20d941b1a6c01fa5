#include "server/call.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "grpc/support/time.h"
#include "grpcpp/support/proto_buffer_writer.h"
#include "scheduler/base/errors.h"
#include "server/caller.h"
#include "server/status_mapping.h"

namespace server {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;

// The caller's deadline in nanoseconds of CLOCK_MONOTONIC, which is the system clock's as well.
int64_t DeadlineOf(const grpc::CallbackServerContext& context) {
  const gpr_timespec deadline = gpr_convert_clock_type(context.raw_deadline(), GPR_CLOCK_MONOTONIC);
  constexpr int64_t kNanosPerSecond = 1'000'000'000;
  if (deadline.tv_sec >= std::numeric_limits<int64_t>::max() / kNanosPerSecond) {
    return std::numeric_limits<int64_t>::max();
  }
  return deadline.tv_sec * kNanosPerSecond + deadline.tv_nsec;
}

// The same in milliseconds of wall time.
scheduler::base::Millis WallDeadlineOf(const grpc::CallbackServerContext& context) {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(context.deadline().time_since_epoch()).count();
}

// The block size with which grpc::ProtoBufferWriter fills a byte buffer.
constexpr int kWriterBlock = grpc::kProtoBufferWriterMaxBufferLength;

// False if the message cannot be serialized: a text in it is no UTF-8 or it exceeds 2 GiB.
bool Serialize(const google::protobuf::MessageLite& message, grpc::ByteBuffer* out) {
  const size_t size = message.ByteSizeLong();
  if (size > static_cast<size_t>(INT32_MAX)) return false;
  if (size <= static_cast<size_t>(kWriterBlock)) {
    // One block: no stream between.
    grpc::Slice slice(size);
    message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
    *out = grpc::ByteBuffer(&slice, 1);
    return true;
  }
  grpc::ProtoBufferWriter writer(out, kWriterBlock, static_cast<int>(size));
  return message.SerializeToZeroCopyStream(&writer);
}

}  // namespace

Call::Call(CallGate* gate, Method* method, grpc::CallbackServerContext* context,
           int64_t request_bytes, grpc::ByteBuffer* answer)
    : gate_(gate),
      method_(method),
      context_(context),
      answer_(answer),
      request_bytes_(request_bytes),
      start_nanos_(gate->clock().MonoNanos()),
      deadline_nanos_(std::min(start_nanos_ + gate->MaxDuration(method->kind) * kNanosPerMilli,
                               DeadlineOf(*context))),
      callers_deadline_(WallDeadlineOf(*context)) {
  method_->stats.Started();
}

void Call::FinishOk(const google::protobuf::MessageLite& response) {
  if (!Claim()) return;
  if (!Serialize(response, answer_)) {
    const absl::Status status =
        scheduler::base::errors::Internal("the answer could not be serialized");
    Record(status);
    Finish(ToGrpcStatus(status));
    return;
  }
  answer_bytes_ = static_cast<int64_t>(answer_->Length());
  gate_->AddAnswer(answer_bytes_);
  Record(absl::OkStatus());
  Finish(grpc::Status::OK);
}

void Call::FinishError(const absl::Status& status) {
  if (!Claim()) return;
  Record(status);
  Finish(ToGrpcStatus(status));
}

void Call::KeepRequester() { requester_ = RequesterOf(*context_); }

scheduler::base::Millis Call::TimeLeft() const {
  using scheduler::base::Millis;
  const scheduler::base::Clock& clock = gate_->clock();
  const Millis own = (deadline_nanos_ - clock.MonoNanos()) / kNanosPerMilli;
  return std::max<Millis>(std::min<Millis>(own, callers_deadline_ - clock.WallNow()), 0);
}

void Call::Unref() {
  if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

void Call::OnDone() {
  gate_->Leave(this);
  Unref();
}

// Before Finish: afterwards the context may be gone.
void Call::Record(const absl::Status& status) {
  const int64_t now = gate_->clock().MonoNanos();
  method_->stats.Finished(static_cast<grpc::StatusCode>(status.code()), now - start_nanos_);
  const std::string* const request_id = request_id_.load(std::memory_order_acquire);
  gate_->log()->Write({.method = *method_,
                       .context = *context_,
                       .status = status,
                       .request_id = request_id == nullptr ? "" : std::string_view(*request_id),
                       .nanos = now - start_nanos_,
                       .mono_nanos = now});
}

}  // namespace server
