#ifndef SERVER_UNARY_SERVICE_H_
#define SERVER_UNARY_SERVICE_H_

#include <memory>
#include <string>
#include <utility>

#include "google/protobuf/arena.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "scheduler/base/errors.h"
#include "server/call.h"
#include "server/request_parser.h"

namespace server {

// A call with its messages, which stand in one arena.
template <typename Request, typename Response>
class TypedCall final : public Call {
 public:
  TypedCall(CallGate* gate, Method* method, grpc::CallbackServerContext* context,
            const grpc::ByteBuffer& bytes, grpc::ByteBuffer* answer)
      : Call(gate, method, context, static_cast<int64_t>(bytes.Length()), answer),
        arena_(ArenaOptions(bytes.Length())),
        request_(google::protobuf::Arena::CreateMessage<Request>(&arena_)),
        response_(google::protobuf::Arena::CreateMessage<Response>(&arena_)) {}

  Request* request() { return request_; }
  Response* response() { return response_; }

  // INVALID_ARGUMENT as ParseRequest.
  absl::Status Parse(const grpc::ByteBuffer& bytes) {
    absl::Status status = ParseRequest(bytes, request_);
    if constexpr (requires { request_->request_id(); }) SetRequestId(&request_->request_id());
    return status;
  }

 private:
  ~TypedCall() override = default;

  // Messages take a few times the bytes of their wire form.
  static google::protobuf::ArenaOptions ArenaOptions(size_t request_bytes) {
    google::protobuf::ArenaOptions options;
    options.start_block_size = std::min<size_t>(1024 + 4 * request_bytes, 256 * 1024);
    options.max_block_size = 256 * 1024;
    return options;
  }

  google::protobuf::Arena arena_;
  Request* const request_;
  Response* const response_;
};

// A handler's hold on a call. Exactly one of Succeed and Fail is to be called; a hold that is
// dropped without either fails the call as INTERNAL, so that no caller waits for ever.
template <typename Request, typename Response>
class UnaryCall {
 public:
  using State = TypedCall<Request, Response>;

  explicit UnaryCall(State* state) : state_(state) {}
  UnaryCall(UnaryCall&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  UnaryCall& operator=(UnaryCall&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;
  ~UnaryCall() {
    if (state_ != nullptr) Fail(scheduler::base::errors::Internal("the call was dropped"));
  }

  const Request& request() const { return *state_->request(); }
  Response* response() { return state_->response(); }
  // Whether nobody waits for the answer any more.
  bool abandoned() const { return state_->abandoned(); }
  // When the call ends without an answer: the caller's deadline or the server's own, whichever is
  // first; by the gate's monotonic clock.
  int64_t deadline_nanos() const { return state_->deadline_nanos(); }
  // Who asks, for records (caller.h); empty unless the method is served with Requester::kKept.
  const std::string& requester() const { return state_->requester(); }
  // How long an answer is waited for still.
  scheduler::base::Millis TimeLeft() const { return state_->TimeLeft(); }

  void Succeed() {
    State* state = std::exchange(state_, nullptr);
    state->FinishOk(*state->response());
    state->Unref();
  }
  void Fail(const absl::Status& status) {
    State* state = std::exchange(state_, nullptr);
    state->FinishError(status);
    state->Unref();
  }

 private:
  State* state_;
};

// A gRPC service on the callback API whose unary methods are given as functions of a UnaryCall.
// The bytes are parsed here and not by gRPC, which answers a message that does not parse with a
// bare UNIMPLEMENTED; and the messages stand in an arena. `Generated` is the generated Service, or
// a WithCallbackMethod_… over it for streaming methods.
template <typename Generated>
class UnaryService : public Generated {
 protected:
  explicit UnaryService(const char* full_name)
      : descriptor_(
            google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name)) {}

  // Whether a method's calls know who asks, which takes microseconds.
  enum class Requester { kIgnored, kKept };

  // Serves `name` with `handler`, a void(UnaryCall<Request, Response>) that is called on gRPC's
  // thread and must not block. In the constructor only.
  template <typename Request, typename Response, typename Handler>
  void Serve(CallGate* gate, const std::string& name, CallKind kind, Handler handler,
             Requester requester = Requester::kIgnored) {
    Method* method = gate->AddMethod(descriptor_->full_name(), name, kind);
    auto start = [gate, method, requester, handler = std::move(handler)](
                     grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes,
                     grpc::ByteBuffer* answer) -> grpc::ServerUnaryReactor* {
      auto* state = new TypedCall<Request, Response>(gate, method, context, *bytes, answer);
      UnaryCall<Request, Response> call(state);
      if (requester == Requester::kKept) state->KeepRequester();
      if (absl::Status status = gate->Enter(state); !status.ok()) {
        call.Fail(status);
      } else if (status = state->Parse(*bytes); !status.ok()) {
        call.Fail(status);
      } else {
        handler(std::move(call));
      }
      // Still alive: gRPC calls OnDone only after it has seen the reactor.
      return state;
    };
    // The same as the generated WithRawCallbackMethod_… do.
    this->MarkMethodRawCallback(
        descriptor_->FindMethodByName(name)->index(),
        new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            std::move(start)));
  }

 private:
  const google::protobuf::ServiceDescriptor* const descriptor_;
};

}  // namespace server

#endif  // SERVER_UNARY_SERVICE_H_
