#ifndef SERVER_STREAM_CALL_H_
#define SERVER_STREAM_CALL_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"
#include "server/call_gate.h"

namespace server {

// What a streaming reactor holds of the gate: it is counted, bounded, logged and told to end as
// unary calls are. A member of the reactor; the reactor ends itself with
//
//   Finish(call_.End(status));
//
// Enter, then End once, by one thread at a time; the destructor, in OnDone, lets the stream go.
class StreamCall {
 public:
  // `method` is of kind kStream or kProbe, made by CallGate::AddMethod.
  StreamCall(CallGate* gate, Method* method, grpc::CallbackServerContext* context);
  ~StreamCall();
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;

  // UNAVAILABLE RECOVERING or DRAINING, RESOURCE_EXHAUSTED TOO_MANY_STREAMS. `stream`, if not
  // null, is told when the server stops; it is the reactor itself or stands for it.
  absl::Status Enter(const std::shared_ptr<StoppableStream>& stream);

  // Counts and logs the end and gives the status to finish with.
  grpc::Status End(const absl::Status& status);

 private:
  CallGate* const gate_;
  Method* const method_;
  grpc::CallbackServerContext* const context_;
  const int64_t start_nanos_;
  bool entered_ = false;
  const StoppableStream* stream_ = nullptr;
};

}  // namespace server

#endif  // SERVER_STREAM_CALL_H_
