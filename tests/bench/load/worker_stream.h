#ifndef TESTS_BENCH_LOAD_WORKER_STREAM_H_
#define TESTS_BENCH_LOAD_WORKER_STREAM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "ductape/jobs/v1/worker.grpc.pb.h"
#include "google/protobuf/arena.h"
#include "grpcpp/channel.h"
#include "scheduler/base/mutex.h"
#include "tests/bench/load/result_queue.h"
#include "tests/bench/load/tally.h"

namespace bench {

// A worker with nothing to do: it takes runs from one stream and returns their results, those of a
// message in one message, or of several while it cannot write. Tells a Tally when runs arrive and
// when their results are acknowledged.
class WorkerStream final : public grpc::ClientBidiReactor<ductape::jobs::v1::WorkRequest,
                                                          ductape::jobs::v1::WorkResponse> {
 public:
  WorkerStream(const std::shared_ptr<grpc::Channel>& channel, int32_t max_in_flight, Tally* tally);

  // Cancels the stream if it has not ended, and waits for its end.
  ~WorkerStream() override;

  // Waits until the server has welcomed the worker, or the stream has ended.
  void AwaitWelcome() { welcomed_.WaitForNotification(); }

  // Waits at most so long for the stream to end by itself; whether it has.
  bool AwaitEnd(int64_t nanos);

  // When the first delivery came, by MonoNanos; 0: none yet.
  int64_t first_delivery_nanos() const { return first_delivery_nanos_.load(); }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  void ReadNext();
  void Deliver(const ductape::jobs::v1::Deliveries& deliveries);
  void Acknowledge(const ductape::jobs::v1::Acks& acks);

  const std::unique_ptr<ductape::jobs::v1::WorkerService::Stub> stub_;
  Tally& tally_;
  grpc::ClientContext context_;
  ductape::jobs::v1::WorkRequest hello_;
  // Of the reading callback, as is scheduled_. A message with a oneof gives its memory back each time
  // it is read anew; in an arena that costs nothing.
  google::protobuf::Arena arena_;
  ductape::jobs::v1::WorkResponse* response_ = nullptr;
  std::vector<int64_t> scheduled_;
  absl::Notification welcomed_;
  absl::Notification done_;
  std::atomic<int64_t> first_delivery_nanos_{0};
  scheduler::base::Mutex mu_;
  bool greeted_ ABSL_GUARDED_BY(mu_) = false;  // hello is written
  ResultQueue results_ ABSL_GUARDED_BY(mu_);
};

// Several workers, each with a connection of its own.
class Workers {
 public:
  // Returns when the server has welcomed all of them; ends the program if it will not.
  Workers(const std::string& address, int streams, int32_t max_in_flight, Tally* tally);

 private:
  std::vector<std::unique_ptr<WorkerStream>> streams_;
};

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_WORKER_STREAM_H_
