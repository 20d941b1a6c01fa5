#ifndef SERVER_CALL_H_
#define SERVER_CALL_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/call_gate.h"

namespace server {

// One unary call, from its arrival until both gRPC and the handler are done with it: counts it,
// bounds its time, logs it, turns its error into gRPC's, and finishes it exactly once, whoever is
// first: the handler's answer, the deadline, or the end of the server. An answer that comes later
// is dropped, safely: the messages live as long as the handler holds the call.
//
// Nothing here blocks. Thread-safe.
class Call : public grpc::ServerUnaryReactor {
 public:
  // Holds two references: gRPC's, dropped by OnDone, and the caller's. `answer` is gRPC's and
  // lives until the call is finished.
  Call(CallGate* gate, Method* method, grpc::CallbackServerContext* context, int64_t request_bytes,
       grpc::ByteBuffer* answer);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Finishes with `response`, or with an error. The first one counts; the others do nothing.
  void FinishOk(const google::protobuf::MessageLite& response);
  void FinishError(const absl::Status& status);

  // What the log line tells as the request's id. It is not copied: it lives as long as the call, and
  // does not change any more.
  void SetRequestId(const std::string* request_id) {
    request_id_.store(request_id, std::memory_order_release);
  }

  // Whether it is not finished yet.
  bool open() const { return !finished_.load(std::memory_order_acquire); }
  // Whether nobody waits for the answer any more: it is finished, or the caller has gone.
  bool abandoned() const { return !open() || cancelled_.load(std::memory_order_acquire); }

  void Ref() { refs_.fetch_add(1, std::memory_order_relaxed); }
  void Unref();

  // Keeps who asks, for records (caller.h). Before the gate knows the call: from then on others may finish
  // it, and with it goes what gRPC knows of the caller.
  void KeepRequester();
  // Empty where it was not kept.
  const std::string& requester() const { return requester_; }

  const Method& method() const { return *method_; }
  int64_t request_bytes() const { return request_bytes_; }
  int64_t answer_bytes() const { return answer_bytes_; }
  int64_t deadline_nanos() const { return deadline_nanos_; }
  // Until that or until the caller's own deadline; not negative.
  scheduler::base::Millis TimeLeft() const;

  void OnCancel() override { cancelled_.store(true, std::memory_order_release); }
  void OnDone() override;
  // gRPC need not hop to another thread to call OnDone, which neither blocks nor calls gRPC. Not a
  // documented part of its interface, but what its own DefaultReactor does; a hop is about a tenth
  // of a small call's cost.
  bool InternalInlineable() override { return true; }

 protected:
  ~Call() override = default;

 private:
  friend class CallGate;

  // Whether the caller of this function is the one to finish the call.
  bool Claim() { return !finished_.exchange(true, std::memory_order_acq_rel); }
  void Record(const absl::Status& status);

  CallGate* const gate_;
  Method* const method_;
  grpc::CallbackServerContext* const context_;
  grpc::ByteBuffer* const answer_;
  const int64_t request_bytes_;
  const int64_t start_nanos_;
  const int64_t deadline_nanos_;
  const scheduler::base::Millis callers_deadline_;  // wall time
  std::atomic<int> refs_{2};
  std::atomic<bool> finished_{false};
  std::atomic<bool> cancelled_{false};
  std::atomic<const std::string*> request_id_{nullptr};
  std::string requester_;

  int64_t answer_bytes_ = 0;  // set before Finish

  // The gate's list, guarded by its shard's lock.
  bool entered_ = false;
  Call* next_ = nullptr;
  Call* previous_ = nullptr;
};

}  // namespace server

#endif  // SERVER_CALL_H_
