#ifndef SCHEDULER_DISPATCH_GRPC_ATTEMPT_H_
#define SCHEDULER_DISPATCH_GRPC_ATTEMPT_H_

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/grpc_account.h"
#include "scheduler/dispatch/grpc_connections.h"
#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>

namespace scheduler::dispatch {

// One attempt to call a gRPC method: finds the connection and the service, converts the message,
// calls, converts the reply. Or the test of a connection (ClaimedRun::probe): asks the target for its services.
//
//   preparing ──service found──▶ calling ──status──▶ ended
//       └── bad target, time out, cancel ──────────────▲
//
// Thread-safe. Held by a shared_ptr: the callbacks under way keep it.
class GrpcAttempt final : public std::enable_shared_from_this<GrpcAttempt> {
 public:
  // `done` is called exactly once, from any thread, without locks. `connections` and `clock` outlive
  // the attempt's end.
  GrpcAttempt(core::ClaimedRun run, ConnectedGrpcTarget connected, GrpcConnections* connections,
              const base::Clock* clock, Executor::Done done);

  void Start();

  // The attempt ends as cancelled, unless it has ended.
  void Cancel();

 private:
  enum class Phase { kPreparing, kCalling, kEnded };

  // OK: the target is well-formed and its metadata may be sent.
  absl::Status Check();
  void FindService();
  void ListServices();
  // Bounds the time until the call; not needed where the service is known.
  void ArmAlarm();
  void OnFound(const GrpcConnection::Found& found);
  void Call(const GrpcConnection::Found& found, GrpcService::Method method,
            const std::string& request);
  void SetContext();
  void OnReply(const grpc::Status& status);
  void TraceReply(const grpc::Status& status);
  AttemptResult ResultOf(const grpc::Status& status);
  base::Millis TimeLeft() const;
  // Ends an attempt that is still preparing, as completed.
  void Complete(std::string_view output);
  // Moves on if the phase is `from`. Who moves to kEnded calls `done`.
  bool Advance(Phase from, Phase to);
  // Ends an attempt that is still preparing.
  void Fail(std::shared_ptr<const core::RunError> error);
  // The same for what came of the connection, which is dropped if there is none.
  void FailPreparing(const std::shared_ptr<const core::RunError>& error);
  void Tell(AttemptResult result);

  const core::ClaimedRun run_;
  const ConnectedGrpcTarget connected_;
  const core::GrpcTarget* const target_;  // of connected_
  GrpcConnections* const connections_;
  const base::Clock* const clock_;
  Executor::Done done_;
  base::Millis deadline_ = 0;  // monotonic

  GrpcMethodName name_;
  std::shared_ptr<GrpcConnection> connection_;
  bool asked_again_ = false;  // the service was forgotten once and asked for anew

  std::shared_ptr<const GrpcService> service_;
  GrpcService::Method method_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;

  std::atomic<bool> cancelled_{false};

  base::Mutex mu_;
  Phase phase_ ABSL_GUARDED_BY(mu_) = Phase::kPreparing;
  bool alarm_armed_ ABSL_GUARDED_BY(mu_) = false;
  grpc::Alarm alarm_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_ATTEMPT_H_
