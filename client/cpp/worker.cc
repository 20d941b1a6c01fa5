#include "client/cpp/worker.h"

#include <utility>

#include "client/cpp/channel.h"
#include "client/cpp/internal/worker_core.h"

namespace ductape::jobs {
namespace {

// As the server's; see Hello in the protos.
constexpr int kMaxInFlight = 100'000;
constexpr int kMaxThreads = 1'000;
constexpr absl::Duration kMinLease = absl::Seconds(1);
constexpr absl::Duration kMaxLease = absl::Hours(1);

absl::Status Check(const WorkerOptions& options, const Worker::Handler& handler) {
  if (options.queues.empty()) return absl::InvalidArgumentError("a worker serves some queue");
  if (!handler) return absl::InvalidArgumentError("a worker has a handler");
  if (options.max_in_flight < 1 || options.max_in_flight > kMaxInFlight) {
    return absl::InvalidArgumentError("a worker has 1 to 100,000 runs in flight");
  }
  if (options.threads < 0 || options.threads > kMaxThreads) {
    return absl::InvalidArgumentError("a worker has 0 to 1,000 threads");
  }
  if (options.lease < kMinLease || options.lease > kMaxLease) {
    return absl::InvalidArgumentError("a worker's lease is 1 s to 1 h");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Worker>> Worker::Start(const ClientOptions& client,
                                                      WorkerOptions options, Handler handler) {
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = CreateChannel(client);
  if (!channel.ok()) return channel.status();
  return Start(*std::move(channel), client, std::move(options), std::move(handler));
}

absl::StatusOr<std::unique_ptr<Worker>> Worker::Start(std::shared_ptr<grpc::Channel> channel,
                                                      const ClientOptions& client,
                                                      WorkerOptions options, Handler handler) {
  if (absl::Status status = Check(options, handler); !status.ok()) return status;
  auto core = std::make_shared<internal::WorkerCore>(std::move(channel), client, std::move(options),
                                                     std::move(handler));
  core->Start();
  return std::unique_ptr<Worker>(new Worker(std::move(core)));
}

Worker::Worker(std::shared_ptr<internal::WorkerCore> core) : core_(std::move(core)) {}
Worker::~Worker() { Stop(); }

void Worker::SetMaxInFlight(int max_in_flight) { core_->SetMaxInFlight(max_in_flight); }
bool Worker::Drain(absl::Duration timeout) { return core_->Drain(timeout); }
void Worker::Stop() { core_->Stop(); }
absl::Status Worker::Wait() { return core_->Wait(); }
bool Worker::AwaitConnected(absl::Duration timeout) { return core_->AwaitConnected(timeout); }
int Worker::in_flight() const { return core_->in_flight(); }
std::string Worker::session_id() const { return core_->session_id(); }

}  // namespace ductape::jobs
