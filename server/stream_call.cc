#include "server/stream_call.h"

#include "server/status_mapping.h"

namespace server {

StreamCall::StreamCall(CallGate* gate, Method* method, grpc::CallbackServerContext* context)
    : gate_(gate), method_(method), context_(context), start_nanos_(gate->clock().MonoNanos()) {
  method_->stats.Started();
}

StreamCall::~StreamCall() {
  if (entered_) gate_->LeaveStream(stream_);
}

absl::Status StreamCall::Enter(const std::shared_ptr<StoppableStream>& stream) {
  absl::Status status = gate_->EnterStream(method_->kind, stream);
  if (!status.ok()) return status;
  entered_ = true;
  stream_ = stream.get();
  return status;
}

grpc::Status StreamCall::End(const absl::Status& status) {
  const int64_t now = gate_->clock().MonoNanos();
  method_->stats.Finished(static_cast<grpc::StatusCode>(status.code()), now - start_nanos_);
  gate_->log()->Write({.method = *method_,
                       .context = *context_,
                       .status = status,
                       .request_id = {},
                       .nanos = now - start_nanos_,
                       .mono_nanos = now});
  return ToGrpcStatus(status);
}

}  // namespace server
