#ifndef SERVER_HANDLERS_WORKER_STREAM_REACTOR_H_
#define SERVER_HANDLERS_WORKER_STREAM_REACTOR_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "ductape/jobs/v1/worker.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/single_flight.h"
#include "scheduler/dispatch/worker_hub.h"
#include "scheduler/dispatch/worker_stream.h"
#include "server/handlers/delivery_encoder.h"
#include "server/handlers/handler_env.h"
#include "server/handlers/results_decoder.h"
#include "server/stream_call.h"

namespace server {

// One WorkerService.Work stream: gRPC's side of a scheduler::dispatch::WorkerLink.
//
// Reading: one read is always under way, except while the link asks for a rest. What was read is
// handled on gRPC's thread at once: it only costs CPU time.
// Writing: whoever has the flight asks the link for the next thing and starts the write; the
// write's end goes on from there. So there is one write under way, and the stream is finished by
// the one who writes, once, when nothing is being written.
// Life: it holds itself from Start to OnDone. Whoever wakes it later finds the flight taken for
// good, or `finished_` set.
//
// Thread-safe where WorkerStream says so.
class WorkerStreamReactor final
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
      public scheduler::dispatch::WorkerStream,
      public StoppableStream,
      public std::enable_shared_from_this<WorkerStreamReactor> {
 public:
  WorkerStreamReactor(const HandlerEnv* env, Method* method, grpc::CallbackServerContext* context);

  // Enters the gate and begins to read. Once.
  void Start();

  // --- scheduler::dispatch::WorkerStream ---
  void Wake() override;
  void ResumeReading() override;
  void Abort() override;

  // --- StoppableStream ---
  void OnStop(const absl::Status& status) override;

  // --- grpc::ServerBidiReactor ---
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override;

 private:
  using Link = scheduler::dispatch::WorkerLink;

  // Whether the next read may begin.
  enum class Reading { kReads, kRests, kResumed };

  // Handles a message; an error ends the stream.
  absl::Status Handle(std::string_view bytes);
  absl::Status HandleParsed();
  absl::Status HandleResults(uint64_t sequence, std::vector<scheduler::core::Outcome> outcomes);
  absl::Status Open(const ductape::jobs::v1::Hello& hello);
  // Ends a stream that has no link.
  void EndWithoutLink(const absl::Status& status);
  void ReadOn();
  // Writes what there is. REQUIRES: the caller has the flight.
  void Write();
  // Starts a write, or finishes; false if there is nothing to do now.
  bool WriteNext();
  void FinishWith(const absl::Status& status);

  const HandlerEnv& env_;
  grpc::CallbackServerContext* const context_;
  std::optional<StreamCall> call_;  // until OnDone
  std::shared_ptr<WorkerStreamReactor> self_;

  // Reading.
  grpc::ByteBuffer in_;
  DecodedResults results_;
  bool rest_ = false;  // the last message's link asked for one
  std::atomic<Reading> reading_{Reading::kReads};

  // The link is made by the reader, who has the flight until then.
  std::shared_ptr<Link> link_;
  std::atomic<bool> linked_{false};

  // Writing.
  scheduler::dispatch::SingleFlight flight_{/*taken=*/true};
  DeliveryEncoder encoder_;
  grpc::ByteBuffer out_;

  // Held while gRPC is told something that must not come after the finish.
  scheduler::base::Mutex mu_;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace server

#endif  // SERVER_HANDLERS_WORKER_STREAM_REACTOR_H_
