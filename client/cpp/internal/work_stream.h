#ifndef CLIENT_CPP_INTERNAL_WORK_STREAM_H_
#define CLIENT_CPP_INTERNAL_WORK_STREAM_H_

#include <memory>

#include "absl/status/status.h"
#include "client/cpp/options.h"
#include "ductape/jobs/v1/worker.grpc.pb.h"
#include "google/protobuf/arena.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/client_callback.h"

namespace ductape::jobs::internal {

// A message from the server in memory of its own, so that deliveries stand where they were read for
// as long as somebody executes them.
class WorkMessage {
 public:
  WorkMessage();
  v1::WorkResponse* response() { return response_; }
  // Makes it as new.
  void Reset();

 private:
  google::protobuf::Arena arena_;
  v1::WorkResponse* response_;
};

class WorkStream;

// Who owns a stream hears of it, on gRPC's threads. A stream is given so that what comes from an
// earlier one can be told.
class WorkStreamOwner {
 public:
  virtual ~WorkStreamOwner() = default;
  // Deliveries may be kept, and read from any thread; another message is overwritten after this.
  virtual void OnMessage(WorkStream* stream, const std::shared_ptr<WorkMessage>& message) = 0;
  // The write is over: another one may begin.
  virtual void OnWritten(WorkStream* stream) = 0;
  // Nothing may be written from the return of this on.
  virtual void OnReadsEnded(WorkStream* stream) = 0;
  // The last one. The stream is the owner's to destroy, on a thread that is not gRPC's: it holds its
  // channel, and the last channel of a process takes gRPC's threads with it, which it waits for.
  virtual void OnEnd(std::shared_ptr<WorkStream> stream, const absl::Status& status) = 0;
};

// One WorkerService.Work call. It keeps itself alive until its end, which gives it to its owner.
class WorkStream final : public grpc::ClientBidiReactor<v1::WorkRequest, v1::WorkResponse> {
 public:
  // Starts the call and its reading.
  static std::shared_ptr<WorkStream> Start(v1::WorkerService::Stub* stub,
                                           const ClientOptions& client,
                                           std::shared_ptr<WorkStreamOwner> owner);

  // REQUIRES: no write is under way; CloseSide and OnReadsEnded did not come before.
  void Write(std::shared_ptr<const v1::WorkRequest> request);
  // The worker has nothing more to say. REQUIRES: as Write.
  void CloseSide();
  // Breaks it off. Any time.
  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  explicit WorkStream(std::shared_ptr<WorkStreamOwner> owner) : owner_(std::move(owner)) {}

  void ReadNext();

  const std::shared_ptr<WorkStreamOwner> owner_;
  grpc::ClientContext context_;
  std::shared_ptr<WorkStream> self_;
  std::shared_ptr<WorkMessage> message_;
  std::shared_ptr<const v1::WorkRequest> writing_;
};

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_WORK_STREAM_H_
