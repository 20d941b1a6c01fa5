#ifndef SERVER_ENGINE_THREADS_H_
#define SERVER_ENGINE_THREADS_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/base/waiter.h"
#include "scheduler/engine/engine.h"

namespace server {

// The threads that step an engine: one a loop, the committer, the input loader, the archivist, and
// one for housekeeping. Wakers exist before the engine, since the engine is given them; threads run
// from Start to Stop.
class EngineThreads {
 public:
  EngineThreads(const scheduler::base::Clock* clock, int loops);
  ~EngineThreads();

  // Sets the wake_… functions of the options the engine is opened with.
  void Connect(scheduler::engine::EngineOptions* options);

  // REQUIRES: engine->Start() was called, not started before.
  void Start(scheduler::engine::Engine* engine);

  // Waits until everything that was decided is committed, for at most `patience` ms, then ends the
  // threads. Nothing may be posted to the engine afterwards. Returns whether all was committed.
  bool Stop(scheduler::base::Millis patience);

 private:
  using Waiter = scheduler::base::Waiter;

  // `name` has at most 15 characters.
  static void Run(std::string name, std::function<void()> body, std::vector<std::thread>* threads);
  void RunLoop(int i);
  void RunCommitter();
  void RunLoader();
  void RunArchivist();
  void RunHousekeeping();
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

  const scheduler::base::Clock* const clock_;
  scheduler::engine::Engine* engine_ = nullptr;
  std::vector<std::unique_ptr<Waiter>> loop_waiters_;
  Waiter committer_waiter_;
  Waiter loader_waiter_;
  Waiter archivist_waiter_;
  Waiter housekeeping_waiter_;
  // Waits until `done`, the deadline, or a failure for good; returns what `done` says last.
  bool Wait(int64_t deadline, const std::function<bool()>& done);
  static void Join(std::vector<std::thread>* threads);

  std::atomic<bool> loops_stopping_{false};
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> loop_threads_;
  std::vector<std::thread> threads_;
};

}  // namespace server

#endif  // SERVER_ENGINE_THREADS_H_
