#ifndef CLIENT_CPP_WORKER_H_
#define CLIENT_CPP_WORKER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cpp/options.h"
#include "client/cpp/task.h"
#include "grpcpp/channel.h"

// Executes the runs of events with a worker target.
//
//   ductape::jobs::WorkerOptions worker;
//   worker.queues = {"FUNCTION/send_report"};
//   auto running = ductape::jobs::Worker::Start(options, worker, [](ductape::jobs::Task task) {
//     SendReport(task.delivery().input());
//     task.Complete("sent");
//   });
//   if (!running.ok()) …
//   …
//   (*running)->Drain(absl::Seconds(30));
namespace ductape::jobs {

namespace internal {
class WorkerCore;
}  // namespace internal

struct WorkerOptions {
  // The queues to serve, at least one; `ACTION/send_report` is that of the event ACTION
  // `send_report` that names none.
  std::vector<std::string> queues;
  // For people; shown on the attempts it takes.
  std::string name;
  // How many runs it has in hand at most, waiting for a thread or executed: 1 to 100,000. When its
  // stream breaks it keeps some 25,000 of them, as many as a message to the server can name, results
  // that were not acknowledged included; the others are stopped here, and delivered again.
  int max_in_flight = 100;
  // How many threads execute runs. 0: the handler is called on gRPC's own thread, for handlers that
  // only start something and never block.
  int threads = 4;
  // How long the server waits for a sign of life: 1 s to 1 h. Heartbeats are sent by themselves.
  absl::Duration lease = absl::Seconds(30);
  // Told how each stream ended: OK when the server or Drain ended it. The worker connects again by
  // itself unless the error is one that stays (Worker::Wait). Called on a thread of the library;
  // must not block. Not called any more when Stop, Drain or Wait has returned. May be empty.
  std::function<void(const absl::Status&)> on_stream_end;
};

// A worker that is connected for as long as it lives. It takes runs while there is room, returns
// their results in batches as they come, sends heartbeats, passes cancels on, and when its stream
// breaks connects again after a growing wait (ClientOptions::retry) and takes up its session: what
// it executes stays its own if it is back within the server's grace, and results that were not
// acknowledged are sent again.
//
// A run may be delivered more than once: what must not happen twice is keyed by the run's id.
//
// Thread-safe.
class Worker {
 public:
  // Called for each run, on one of WorkerOptions::threads threads. An exception is a failure with
  // the code HANDLER_ERROR, which is retried as the job's policy says.
  using Handler = std::function<void(Task)>;

  // Connects in the background. INVALID_ARGUMENT: there is no queue or no handler, or a number is
  // out of range; and the errors of CreateChannel (channel.h).
  static absl::StatusOr<std::unique_ptr<Worker>> Start(const ClientOptions& client,
                                                       WorkerOptions options, Handler handler);
  // The same on a channel that stands already.
  static absl::StatusOr<std::unique_ptr<Worker>> Start(std::shared_ptr<grpc::Channel> channel,
                                                       const ClientOptions& client,
                                                       WorkerOptions options, Handler handler);

  // Stop.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Changes WorkerOptions::max_in_flight: 0 to 100,000; 0: no runs for now. Runs in hand are kept.
  void SetMaxInFlight(int max_in_flight);

  // Leaves in good order: takes no more runs, finishes those it has, waits until the server has
  // acknowledged their results, and closes the stream. False if that took longer than `timeout`;
  // then Stop is called.
  bool Drain(absl::Duration timeout);

  // Ends at once: runs in hand are cancelled locally and given back to the server as far as the
  // stream stands; handlers are waited for. Not from a handler. Idempotent.
  void Stop();

  // Waits until the worker has ended: OK after Drain or Stop, else the error with which the server
  // refused it for good (UNAUTHENTICATED, INVALID_ARGUMENT …).
  absl::Status Wait();

  // Whether a stream stands and is welcomed now; waits at most `timeout` for it.
  bool AwaitConnected(absl::Duration timeout);

  // Runs in hand.
  int in_flight() const;
  // Empty before the first welcome.
  std::string session_id() const;

 private:
  explicit Worker(std::shared_ptr<internal::WorkerCore> core);

  const std::shared_ptr<internal::WorkerCore> core_;
};

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_WORKER_H_
