#ifndef CLIENT_CPP_INTERNAL_WORKER_CORE_H_
#define CLIENT_CPP_INTERNAL_WORKER_CORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/random/random.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "client/cpp/internal/result_book.h"
#include "client/cpp/internal/task_state.h"
#include "client/cpp/internal/thread_pool.h"
#include "client/cpp/internal/work_stream.h"
#include "client/cpp/worker.h"

namespace ductape::jobs::internal {

// What a Worker does: it holds the session (tasks in hand, results owed) over the streams that
// carry it. A thread of its own connects and sends heartbeats; everything else happens on gRPC's
// and the handlers' threads.
//
// Locks: mu_, which is never held while a handler or a task's callback is called. Writes are
// started under it, which only queues them.
class WorkerCore final : public TaskOwner,
                         public WorkStreamOwner,
                         public std::enable_shared_from_this<WorkerCore> {
 public:
  // The options have been checked.
  WorkerCore(std::shared_ptr<grpc::Channel> channel, const ClientOptions& client,
             WorkerOptions options, Worker::Handler handler);
  ~WorkerCore() override;

  void Start();

  // As Worker's.
  void SetMaxInFlight(int max_in_flight);
  bool Drain(absl::Duration timeout);
  void Stop();
  absl::Status Wait();
  bool AwaitConnected(absl::Duration timeout);
  int in_flight() const;
  std::string session_id() const;

  // --- TaskOwner ---
  void Answered(v1::Result result) override;

  // --- WorkStreamOwner ---
  void OnMessage(WorkStream* stream, const std::shared_ptr<WorkMessage>& message) override;
  void OnWritten(WorkStream* stream) override;
  void OnReadsEnded(WorkStream* stream) override;
  void OnEnd(std::shared_ptr<WorkStream> stream, const absl::Status& status) override;

 private:
  using Tasks = std::vector<std::shared_ptr<TaskState>>;
  // A delivery: run id and token.
  using Ref = std::pair<std::string, uint64_t>;
  static Ref RefOf(const v1::RunRef& run) { return {run.run_id(), run.token()}; }

  void Welcomed(const v1::Welcome& welcome);
  void Delivered(const std::shared_ptr<WorkMessage>& message);
  void Cancelled(const v1::Cancels& cancels);
  void Execute(const std::shared_ptr<TaskState>& task);

  // The thread.
  void Run();
  // Does what is due and says when there is something again.
  absl::Time DoWhatIsDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Connect() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::shared_ptr<v1::WorkRequest> MakeHello() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Starts the next write, if one may and there is something to say.
  void MaybeWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The next thing to say, null if there is none.
  std::shared_ptr<const v1::WorkRequest> NextRequest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool NothingInHand() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return tasks_.empty() && book_.empty();
  }
  // Whether the worker has ended with this stream; else it connects again.
  bool IsLast(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void EndWith(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AwaitFlushed(absl::Duration timeout);

  const ClientOptions client_;
  const WorkerOptions options_;
  const Worker::Handler handler_;
  // The thread's, until Stop lets go of it: whoever holds the worker later may be a thread of gRPC.
  std::unique_ptr<v1::WorkerService::Stub> stub_;
  ThreadPool pool_;
  std::thread thread_;
  absl::Mutex stop_mu_;  // of Stop

  mutable absl::Mutex mu_;
  absl::CondVar changed_;
  absl::BitGen random_ ABSL_GUARDED_BY(mu_);

  // The session.
  std::string session_id_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<Ref, std::shared_ptr<TaskState>> tasks_ ABSL_GUARDED_BY(mu_);
  ResultBook book_ ABSL_GUARDED_BY(mu_);
  int max_in_flight_ ABSL_GUARDED_BY(mu_);
  bool draining_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  bool delivering_ ABSL_GUARDED_BY(mu_) = false;  // tasks in hand are on their way to the threads
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mu_);

  // The stream; null while there is none.
  std::shared_ptr<WorkStream> stream_ ABSL_GUARDED_BY(mu_);
  std::shared_ptr<WorkStream> ended_ ABSL_GUARDED_BY(mu_);  // the one before, to be destroyed
  absl::Time connect_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  absl::Time began_ ABSL_GUARDED_BY(mu_);
  absl::Time last_write_ ABSL_GUARDED_BY(mu_);
  int failures_ ABSL_GUARDED_BY(mu_) = 0;  // in a row
  bool welcomed_ ABSL_GUARDED_BY(mu_) = false;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;  // nothing may be written any more
  bool heartbeat_due_ ABSL_GUARDED_BY(mu_) = false;
  bool drain_sent_ ABSL_GUARDED_BY(mu_) = false;
  int window_sent_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_WORKER_CORE_H_
