// How many runs a second one HTTP executor delivers to a local keep-alive server, both on the same
// machine, and what a run costs. Usage: http_executor_bench [SECONDS [IN_FLIGHT [THREADS]]]
//
// The pump, the executor and the server have a thread each; the engine is played by a queue that is
// never empty. Prints one line of JSON.
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/dispatcher.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/http_executor.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

// Always has runs of the HTTP lane until it is closed.
class EndlessQueue final : public core::RunQueue {
 public:
  void Push(absl::Span<const core::ReadyRun> /*runs*/) override {}
  size_t Pop(core::LaneId lane, size_t max, std::vector<core::ReadyRun>* out) override {
    if (closed_.load()) return 0;
    for (size_t i = 0; i < max; ++i) {
      core::ReadyRun run;
      run.key = {0x123456789, ++number_};
      run.lane = lane;
      out->push_back(run);
    }
    return max;
  }
  size_t Size(core::LaneId /*lane*/) const override { return 0; }
  size_t TotalSize() const override { return 0; }
  void SetListener(core::LaneListener* /*listener*/) override {}
  void Close() { closed_ = true; }

 private:
  std::atomic<bool> closed_{false};
  int64_t number_ = 0;
};

class CountingPort final : public core::RunPort {
 public:
  explicit CountingPort(std::shared_ptr<const core::Event> event) : event_(std::move(event)) {}

  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* /*worker*/,
                          core::ClaimedRun* out) override {
    out->key = run.key;
    out->token = core::MakeToken(3, static_cast<uint32_t>(run.key.number));
    out->attempt = 1;
    out->scheduled_time = 1'700'000'000'123;
    out->attempt_timeout = 15'000;
    out->product = "default";
    out->job_tag = "example_job";
    out->input_json = R"({"order":17})";
    out->event = event_;
    return core::ClaimResult::kClaimed;
  }
  void Report(const std::string& /*product*/, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    ++reports;
    for (const core::Outcome& outcome : outcomes) {
      if (outcome.kind == core::Outcome::Kind::kCompleted) {
        ++completed;
      } else {
        ++failed;
      }
    }
    committed({});
  }
  std::vector<core::RunRef> StillCurrent(const std::string& /*product*/,
                                         absl::Span<const core::RunRef> /*runs*/) override {
    return {};
  }
  base::Millis Now() const override { return 0; }

  std::atomic<int64_t> completed{0};
  std::atomic<int64_t> failed{0};
  std::atomic<int64_t> reports{0};

 private:
  const std::shared_ptr<const core::Event> event_;
};

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int Main(int seconds, size_t in_flight, int threads) {
  support::HttpServer server([](const support::HttpServerRequest&) {
    support::HttpServerAnswer answer;
    answer.body = "ok";
    return answer;
  });
  server.ForgetRequests();

  auto event = std::make_shared<core::Event>();
  event->key = {core::EventType::kAction, "action_tag"};
  core::HttpTarget target;
  target.url = server.url("/ping");
  event->target = target;

  const base::SystemClock clock;
  const EgressPolicy egress = EgressPolicy::Create({}).value();
  EndlessQueue queue;
  CountingPort port(event);
  Dispatcher dispatcher(&queue, &port, &clock);
  HttpOptions options;
  options.max_in_flight = in_flight;
  options.threads = threads;
  dispatcher.AddExecutor(core::kHttpLane, std::make_unique<HttpExecutor>(options, &egress, &clock));
  dispatcher.Start();

  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // connections open
  const int64_t completed_before = port.completed.load();
  const int64_t reports_before = port.reports.load();
  const double cpu_before = CpuSeconds();
  const int64_t start = clock.MonoNanos();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const double elapsed = static_cast<double>(clock.MonoNanos() - start) * 1e-9;
  const auto completed = static_cast<double>(port.completed.load() - completed_before);
  const auto reports = static_cast<double>(port.reports.load() - reports_before);
  const double cpu = CpuSeconds() - cpu_before;
  queue.Close();
  dispatcher.Drain(clock.MonoNanos() + 10'000'000'000);

  std::printf(
      "{\"row\":\"http_executor_runs_per_second\",\"ours\":%.0f,\"unit\":\"runs/s\","
      "\"cpu_us_per_run\":%.1f,\"runs_per_report\":%.1f,\"connections\":%lld,\"failed\":%lld}\n",
      completed / elapsed, cpu * 1e6 / completed, completed / reports,
      static_cast<long long>(server.accepted()), static_cast<long long>(port.failed.load()));
  return port.failed.load() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace scheduler::dispatch

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 5;
  const int in_flight = argc > 2 ? std::atoi(argv[2]) : 64;
  const int threads = argc > 3 ? std::atoi(argv[3]) : 1;
  return scheduler::dispatch::Main(seconds, static_cast<size_t>(in_flight), threads);
}
