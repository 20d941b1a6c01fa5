#include "server/engine_threads.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/log.h"
#include "server/system/thread_name.h"

namespace server {

namespace base = scheduler::base;
using scheduler::base::Millis;

namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
// No thread sleeps longer: a lost wake must not be able to stop the service.
constexpr Millis kLongestSleep = 1000;
constexpr Millis kArchivistPeriod = 20;
// After a failure the archivist waits, twice as long each time; it is told once a minute.
constexpr Millis kArchivistLogPeriod = base::kMinute;
constexpr Millis kFirstArchivistRetry = 500;
constexpr Millis kLastArchivistRetry = 16 * base::kSecond;
constexpr Millis kLoaderRetry = 100;

}  // namespace

EngineThreads::EngineThreads(const base::Clock* clock, int loops) : clock_(clock) {
  for (int i = 0; i < loops; ++i) loop_waiters_.push_back(std::make_unique<Waiter>());
}

EngineThreads::~EngineThreads() { Stop(0); }

void EngineThreads::Connect(scheduler::engine::EngineOptions* options) {
  options->loops = static_cast<int>(loop_waiters_.size());
  options->wake_loop = [this](int i) { loop_waiters_[i]->Wake(); };
  options->wake_committer = [this] { committer_waiter_.Wake(); };
  options->wake_loader = [this] { loader_waiter_.Wake(); };
}

void EngineThreads::Start(scheduler::engine::Engine* engine) {
  engine_ = engine;
  for (int i = 0; i < engine_->loops(); ++i) {
    Run(
        "loop" + std::to_string(i), [this, i] { RunLoop(i); }, &loop_threads_);
  }
  Run(
      "committer", [this] { RunCommitter(); }, &threads_);
  Run(
      "loader", [this] { RunLoader(); }, &threads_);
  Run(
      "archivist", [this] { RunArchivist(); }, &threads_);
  Run(
      "housekeeping", [this] { RunHousekeeping(); }, &threads_);
}

void EngineThreads::Run(std::string name, std::function<void()> body,
                        std::vector<std::thread>* threads) {
  threads->emplace_back([name = std::move(name), body = std::move(body)] {
    NameThread(name.c_str());
    body();
  });
}

void EngineThreads::RunLoop(int i) {
  while (!loops_stopping_.load(std::memory_order_relaxed)) {
    const Millis wait = std::min(engine_->StepLoop(i), kLongestSleep);
    if (wait <= 0) continue;
    // Engine time is whole milliseconds, so the wait ends where one begins, not in its middle.
    const int64_t into_this_one = clock_->WallNanos() % kNanosPerMilli;
    const int64_t until = clock_->MonoNanos() + wait * kNanosPerMilli - into_this_one;
    loop_waiters_[i]->WaitUntilMono(until, *clock_);
  }
}

void EngineThreads::RunCommitter() {
  while (!stopping()) {
    const int64_t next = engine_->StepCommitter(clock_->MonoNanos());
    const int64_t now = clock_->MonoNanos();
    if (next <= now) continue;
    committer_waiter_.WaitUntilMono(std::min(next, now + kLongestSleep * kNanosPerMilli), *clock_);
  }
}

void EngineThreads::RunLoader() {
  while (!stopping()) {
    if (engine_->StepLoader()) continue;
    loader_waiter_.WaitUntilMono(clock_->MonoNanos() + kLoaderRetry * kNanosPerMilli, *clock_);
  }
}

void EngineThreads::RunArchivist() {
  Millis pause = kArchivistPeriod;
  int64_t quiet_until = 0;
  while (!stopping()) {
    const absl::Status status = engine_->StepArchivist();
    if (!status.ok() && clock_->MonoNanos() >= quiet_until) {
      quiet_until = clock_->MonoNanos() + kArchivistLogPeriod * kNanosPerMilli;
      base::Log(base::LogLevel::kError, "archiving failed; it is tried again",
                {{"error", std::string(status.message())}});
    }
    pause = status.ok() ? kArchivistPeriod
                        : std::clamp(2 * pause, kFirstArchivistRetry, kLastArchivistRetry);
    archivist_waiter_.WaitUntilMono(clock_->MonoNanos() + pause * kNanosPerMilli, *clock_);
  }
}

void EngineThreads::RunHousekeeping() {
  while (!stopping()) {
    engine_->StepHousekeeping();
    housekeeping_waiter_.WaitUntilMono(clock_->MonoNanos() + kLongestSleep * kNanosPerMilli,
                                       *clock_);
  }
}

bool EngineThreads::Wait(int64_t deadline, const std::function<bool()>& done) {
  Waiter poll;
  while (!done() && !engine_->committer().failed() && clock_->MonoNanos() < deadline) {
    poll.WaitUntilMono(clock_->MonoNanos() + kNanosPerMilli, *clock_);
  }
  return done();
}

void EngineThreads::Join(std::vector<std::thread>* threads) {
  for (std::thread& thread : *threads) thread.join();
  threads->clear();
}

bool EngineThreads::Stop(Millis patience) {
  if (engine_ == nullptr || threads_.empty()) return true;
  const int64_t deadline = clock_->MonoNanos() + patience * kNanosPerMilli;
  const bool carried_out = Wait(deadline, [this] {
    for (int i = 0; i < engine_->loops(); ++i) {
      if (engine_->loop(i).mailbox_size() > 0) return false;
    }
    return true;
  });
  // A loop hands over what it decided at the end of a step: what is pending after its last is all.
  loops_stopping_.store(true);
  for (auto& waiter : loop_waiters_) waiter->Wake();
  Join(&loop_threads_);
  const bool committed = Wait(deadline, [this] { return engine_->committer().pending() == 0; });
  stopping_.store(true);
  for (Waiter* w :
       {&committer_waiter_, &loader_waiter_, &archivist_waiter_, &housekeeping_waiter_}) {
    w->Wake();
  }
  Join(&threads_);
  return carried_out && committed;
}

}  // namespace server
