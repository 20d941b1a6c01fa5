#ifndef TESTS_SUPPORT_WORKER_DOUBLE_H_
#define TESTS_SUPPORT_WORKER_DOUBLE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/single_flight.h"
#include "scheduler/dispatch/worker_hub.h"

namespace scheduler::dispatch {

// What a sink was given, without the texts.
struct GotDelivery {
  core::RunRef run;
  int32_t attempt = 0;
  Millis deadline = 0;
};

class ListSink final : public DeliverySink {
 public:
  size_t Add(const core::ClaimedRun& run, Millis deadline) override {
    deliveries.push_back({{run.key, run.token}, run.attempt, deadline});
    return bytes_each + run.input_json.size();
  }
  std::vector<GotDelivery> deliveries;
  size_t bytes_each = 150;
};

// A worker and its stream, played without a wire: whatever the hub has to say is written at once,
// unless the test holds a write back as a slow connection would.
//
// Thread-safe.
class WorkerDouble final : public WorkerStream, public std::enable_shared_from_this<WorkerDouble> {
 public:
  // Opens a stream. On failure `status()` says why.
  static std::shared_ptr<WorkerDouble> Connect(WorkerHub* hub, WorkerHello hello) {
    auto worker = std::make_shared<WorkerDouble>();
    absl::StatusOr<std::shared_ptr<WorkerLink>> link = hub->Open(std::move(hello), worker);
    if (link.ok()) {
      worker->link_ = *std::move(link);
    } else {
      base::MutexLock lock(&worker->mu_);
      worker->end_ = link.status();
    }
    worker->Write();  // the flight was taken until now
    return worker;
  }

  // --- the worker speaks -------------------------------------------------------------------------

  // Reports `kind` for the deliveries; returns the batch's sequence.
  uint64_t Answer(const std::vector<GotDelivery>& deliveries,
                  core::Outcome::Kind kind = core::Outcome::Kind::kCompleted) {
    std::vector<core::Outcome> outcomes;
    for (const GotDelivery& delivery : deliveries) {
      core::Outcome outcome;
      outcome.key = delivery.run.key;
      outcome.token = delivery.run.token;
      outcome.kind = kind;
      outcomes.push_back(std::move(outcome));
    }
    link_->OnMessage();
    bool rest = false;
    const absl::Status status = link_->OnResults(++sequence_, std::move(outcomes), &rest);
    base::MutexLock lock(&mu_);
    resting_ = resting_ || rest;
    last_status_ = status;
    return sequence_;
  }
  WorkerLink* link() { return link_.get(); }
  // Lets go of the link, which holds this object. The last call of a test.
  void LetGo() { link_ = nullptr; }

  // --- the wire ----------------------------------------------------------------------------------

  // The next write stays under way until FinishWrite.
  void HoldWrites() {
    base::MutexLock lock(&mu_);
    hold_writes_ = true;
  }
  void FinishWrite(bool ok = true) {
    {
      base::MutexLock lock(&mu_);
      hold_writes_ = false;
      if (!write_under_way_) return;
      write_under_way_ = false;
    }
    if (!ok) {
      link_->OnWriteFailed();
      link_->OnBroken();
    }
    Write();
  }
  // The connection is gone.
  void Break() { link_->OnBroken(); }

  void Wake() override {
    if (flight_.Request()) Write();
  }
  void ResumeReading() override {
    base::MutexLock lock(&mu_);
    resting_ = false;
  }
  void Abort() override {
    {
      base::MutexLock lock(&mu_);
      aborted_ = true;
    }
    FinishWrite(false);
  }

  // --- what the worker has heard -----------------------------------------------------------------

  std::vector<GotDelivery> deliveries() const {
    base::MutexLock lock(&mu_);
    return deliveries_;
  }
  // Those that came since the last call.
  std::vector<GotDelivery> NewDeliveries() {
    base::MutexLock lock(&mu_);
    std::vector<GotDelivery> fresh(deliveries_.begin() + static_cast<std::ptrdiff_t>(taken_),
                                   deliveries_.end());
    taken_ = deliveries_.size();
    return fresh;
  }
  std::optional<WorkerWelcome> welcome() const {
    base::MutexLock lock(&mu_);
    return welcome_;
  }
  uint64_t acked_through() const {
    base::MutexLock lock(&mu_);
    return acked_through_;
  }
  std::vector<core::Refusal> refused() const {
    base::MutexLock lock(&mu_);
    return refused_;
  }
  std::vector<WorkerCancels> cancels() const {
    base::MutexLock lock(&mu_);
    return cancels_;
  }
  std::optional<std::string> drain() const {
    base::MutexLock lock(&mu_);
    return drain_;
  }
  // Set once the stream has ended.
  std::optional<absl::Status> end() const {
    base::MutexLock lock(&mu_);
    return end_;
  }
  absl::Status last_status() const {
    base::MutexLock lock(&mu_);
    return last_status_;
  }
  int writes() const {
    base::MutexLock lock(&mu_);
    return writes_;
  }
  bool resting() const {
    base::MutexLock lock(&mu_);
    return resting_;
  }
  bool aborted() const {
    base::MutexLock lock(&mu_);
    return aborted_;
  }

 private:
  void Write() {
    do {
      while (link_ != nullptr) {
        ListSink sink;
        WorkerWrite write = link_->Next(&sink);
        if (std::holds_alternative<std::monostate>(write)) break;
        if (Record(std::move(write), std::move(sink.deliveries))) return;
      }
    } while (!flight_.Done());
  }

  // True if the write stays under way.
  bool Record(WorkerWrite write, std::vector<GotDelivery> deliveries) {
    base::MutexLock lock(&mu_);
    ++writes_;
    if (std::holds_alternative<WorkerDeliveries>(write)) {
      deliveries_.insert(deliveries_.end(), deliveries.begin(), deliveries.end());
    } else if (auto* welcome = std::get_if<WorkerWelcome>(&write)) {
      welcome_ = std::move(*welcome);
    } else if (auto* ack = std::get_if<WorkerAck>(&write)) {
      acked_through_ = ack->acked_through;
      refused_.insert(refused_.end(), ack->refused.begin(), ack->refused.end());
    } else if (auto* cancels = std::get_if<WorkerCancels>(&write)) {
      cancels_.push_back(std::move(*cancels));
    } else if (auto* drain = std::get_if<WorkerDrain>(&write)) {
      drain_ = std::move(drain->reason);
    } else if (auto* end = std::get_if<WorkerEnd>(&write)) {
      end_ = std::move(end->status);
      return false;
    }
    write_under_way_ = hold_writes_;
    return write_under_way_;
  }

  SingleFlight flight_{/*taken=*/true};
  std::shared_ptr<WorkerLink> link_;
  uint64_t sequence_ = 0;

  mutable base::Mutex mu_;
  bool hold_writes_ ABSL_GUARDED_BY(mu_) = false;
  bool write_under_way_ ABSL_GUARDED_BY(mu_) = false;
  bool resting_ ABSL_GUARDED_BY(mu_) = false;
  bool aborted_ ABSL_GUARDED_BY(mu_) = false;
  int writes_ ABSL_GUARDED_BY(mu_) = 0;
  size_t taken_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<GotDelivery> deliveries_ ABSL_GUARDED_BY(mu_);
  std::optional<WorkerWelcome> welcome_ ABSL_GUARDED_BY(mu_);
  uint64_t acked_through_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<core::Refusal> refused_ ABSL_GUARDED_BY(mu_);
  std::vector<WorkerCancels> cancels_ ABSL_GUARDED_BY(mu_);
  std::optional<std::string> drain_ ABSL_GUARDED_BY(mu_);
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mu_);
  absl::Status last_status_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // TESTS_SUPPORT_WORKER_DOUBLE_H_
