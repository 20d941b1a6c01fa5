#include "tests/bench/load/creator.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "grpcpp/alarm.h"
#include "scheduler/base/mutex.h"
#include "tests/bench/load/clock.h"

namespace bench {

namespace v1 = ductape::jobs::v1;

namespace {

// What the callers share.
struct Shared {
  const JobPlan& plan;
  const CreateOptions& options;
  const int64_t begin_nanos;
  absl::BlockingCounter open;
  std::atomic<int64_t> next{0};
  scheduler::base::Mutex mu;
  CreateResult result ABSL_GUARDED_BY(mu);
};

bool IsOverload(int code) {
  return code == grpc::StatusCode::RESOURCE_EXHAUSTED || code == grpc::StatusCode::UNAVAILABLE;
}

// One call at a time, over and over.
class Caller {
 public:
  Caller(const std::shared_ptr<grpc::Channel>& channel, Shared* shared)
      : stub_(v1::JobService::NewStub(channel)), shared_(*shared) {}

  // Takes the next jobs of the plan; the caller is done when there are none, or time is over.
  void Next() {
    const auto batch = static_cast<int64_t>(shared_.options.batch);
    const int64_t from = shared_.next.fetch_add(batch);
    const int64_t to = std::min(from + batch, shared_.plan.count);
    if (from >= to || MonoNanos() - shared_.begin_nanos > shared_.options.limit_nanos) {
      shared_.open.DecrementCount();
      return;
    }
    request_.mutable_requests()->Clear();
    for (int64_t i = from; i < to; ++i) {
      FillCreate(shared_.plan, shared_.plan.first + i, request_.add_requests());
    }
    Call();
  }

 private:
  void Call() {
    context_ = std::make_unique<grpc::ClientContext>();
    called_nanos_ = MonoNanos();
    if (shared_.options.batch == 1) {
      stub_->async()->CreateJob(context_.get(), &request_.requests(0), &job_,
                                [this](const grpc::Status& status) { OnJob(status); });
    } else {
      stub_->async()->BatchCreateJobs(context_.get(), &request_, &response_,
                                      [this](const grpc::Status& status) { OnBatch(status); });
    }
  }

  void OnJob(const grpc::Status& status) {
    const int code = status.error_code();
    Count(code == grpc::StatusCode::OK ? 1 : 0, IsOverload(code) ? 1 : 0, 1);
    if (IsOverload(code)) return Again();
    Next();
  }

  void OnBatch(const grpc::Status& status) {
    const int asked = request_.requests_size();
    if (!status.ok()) {
      Count(0, IsOverload(status.error_code()) ? asked : 0, asked);
      return IsOverload(status.error_code()) ? Again() : Next();
    }
    v1::BatchCreateJobsRequest refused;
    int created = 0;
    for (int i = 0; i < response_.results_size(); ++i) {
      const v1::BatchCreateJobsResponse::Result& result = response_.results(i);
      if (result.has_job()) ++created;
      if (result.has_error() && IsOverload(result.error().code())) {
        refused.add_requests()->Swap(request_.mutable_requests(i));
      }
    }
    Count(created, refused.requests_size(), asked);
    if (refused.requests_size() == 0) return Next();
    request_.Swap(&refused);
    Again();
  }

  void Again() {
    alarm_.Set(std::chrono::system_clock::now() + std::chrono::milliseconds(20),
               [this](bool) { Call(); });
  }

  void Count(int64_t created, int64_t refused, int64_t asked) {
    const int64_t took = MonoNanos() - called_nanos_;
    const scheduler::base::MutexLock lock(&shared_.mu);
    shared_.result.created += created;
    shared_.result.refused += refused;
    shared_.result.failed += asked - created - refused;
    shared_.result.latency.Add(took);
  }

  const std::unique_ptr<v1::JobService::Stub> stub_;
  Shared& shared_;
  grpc::Alarm alarm_;
  std::unique_ptr<grpc::ClientContext> context_;
  v1::BatchCreateJobsRequest request_;
  v1::BatchCreateJobsResponse response_;
  v1::Job job_;
  int64_t called_nanos_ = 0;
};

}  // namespace

CreateResult CreateJobs(const std::string& address, const JobPlan& plan,
                        const CreateOptions& options) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < options.channels; ++i) {
    channels.push_back(OpenChannel(address));
    channels.back()->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  }
  Shared shared{plan, options, MonoNanos(), absl::BlockingCounter(options.in_flight), {}, {}, {}};
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < options.in_flight; ++i) {
    const auto channel = static_cast<size_t>(i % options.channels);
    callers.push_back(std::make_unique<Caller>(channels[channel], &shared));
  }
  for (const auto& caller : callers) caller->Next();
  shared.open.Wait();
  const scheduler::base::MutexLock lock(&shared.mu);
  shared.result.seconds =
      static_cast<double>(MonoNanos() - shared.begin_nanos) / static_cast<double>(kNanosPerSecond);
  return std::move(shared.result);
}

CreateResult CreateAll(const std::string& address, const JobPlan& plan) {
  CreateResult result = CreateJobs(address, plan, CreateOptions{});
  if (result.created == plan.count) return result;
  std::fprintf(stderr, "bench: %lld of %lld jobs were created, %lld failed\n",
               static_cast<long long>(result.created), static_cast<long long>(plan.count),
               static_cast<long long>(result.failed));
  std::exit(1);
}

}  // namespace bench
