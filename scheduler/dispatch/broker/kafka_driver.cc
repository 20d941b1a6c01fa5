#include "scheduler/dispatch/broker/kafka_driver.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/kafka_producer.h"
#include "scheduler/dispatch/event_tester.h"
#include "scheduler/dispatch/task_threads.h"

namespace scheduler::dispatch {
namespace {

using Kind = BrokerMessage::Kind;
constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr size_t kMaxTopicBytes = 249;

// The producers, all of them made, used and dropped on one thread.
class KafkaDriver final : public BrokerDriver {
 public:
  KafkaDriver(const BrokerOptions& options, const EgressPolicy* egress, const base::Clock* clock)
      : options_(options), egress_(egress), clock_(clock) {}
  ~KafkaDriver() override { Shutdown(); }

  absl::Status Check(const BrokerMessage& message) const override {
    if (message.kind != Kind::kDefault && message.kind != Kind::kTopic) {
      return absl::InvalidArgumentError("Kafka has topics only");
    }
    if (message.destination.size() > kMaxTopicBytes) {
      return absl::InvalidArgumentError("destination: Kafka takes names of up to 249 bytes");
    }
    return absl::OkStatus();
  }

  void Publish(BrokerFlightPtr flight) override {
    if (flight->message().probe) {
      BeginProbe(std::move(flight));
      return;
    }
    thread_.Post([this, flight = std::move(flight)] { Take(flight); });
  }

  void Shutdown() override {
    thread_.Stop();
    producers_.clear();
    sweeper_.Stop();
    probes_.Stop();
  }

 private:
  // Each has a thread until its client is gone, which may take longer than the flight: no more begin than threads are.
  void BeginProbe(BrokerFlightPtr flight) {
    if (probes_open_.fetch_add(1) >= EventTester::kMaxAtOnce) {
      --probes_open_;
      flight->Finish(FailedAttempt(core::failure::kRateLimited,
                                   "too many clients of earlier tests are still being closed"));
      return;
    }
    probes_.Post([this, flight = std::move(flight)] {
      Probe(flight);
      --probes_open_;
    });
  }

  // With a client of its own, which ends with it. Blocks until the flight ends, with what is said or by its time, in
  // steps: the first are short, for who is refused at once; later ones leave a cluster that is slow its time.
  void Probe(const BrokerFlightPtr& flight) {
    if (flight->ended()) return;
    const BrokerMessage& message = flight->message();
    absl::StatusOr<std::unique_ptr<KafkaProducer>> made = KafkaProducer::Create(
        *message.account, KafkaProducer::MessageTimeout(message.attempt_timeout), options_, egress_,
        clock_, KafkaUse::kProbe);
    if (!made.ok()) {
      flight->Finish(UnsentAttempt(made.status()));
      return;
    }
    for (base::Millis step = kFirstProbeStep; !flight->ended();
         step = std::min(step * 2, kLastProbeStep)) {
      if (std::optional<AttemptResult> result = (*made)->Describe(step)) {
        flight->Finish(*std::move(result));
      }
    }
  }

  void Take(const BrokerFlightPtr& flight) {
    if (flight->ended()) return;
    const base::Millis timeout = KafkaProducer::MessageTimeout(flight->message().attempt_timeout);
    const std::string key = absl::StrCat(flight->message().account->key, "/", timeout);
    DropUnused();
    const auto found = producers_.find(key);
    if (found != producers_.end()) return found->second->Publish(flight);
    if (const auto failed = failed_.find(key); failed != failed_.end()) {
      flight->Finish(FailedAttempt(failed->second.failure.code, failed->second.failure.message));
      return;
    }
    if (producers_.size() >= options_.max_kafka_producers) DropIdlest();
    if (producers_.size() >= options_.max_kafka_producers) {
      flight->Finish(FailedAttempt(core::failure::kRateLimited, "too many producers are in use"));
      return;
    }
    absl::StatusOr<std::unique_ptr<KafkaProducer>> made =
        KafkaProducer::Create(*flight->message().account, timeout, options_, egress_, clock_);
    if (!made.ok()) {
      flight->Finish(UnsentAttempt(made.status()));
      return;
    }
    producers_.emplace(key, *std::move(made)).first->second->Publish(flight);
  }

  // The dead ones, each at the first message after its death; those whose time without messages is over; and
  // what was kept of the dead.
  void DropUnused() {
    const int64_t now = clock_->MonoNanos();
    for (auto failed = failed_.begin(); failed != failed_.end();) {
      failed = failed->second.until <= now ? failed_.erase(failed) : std::next(failed);
    }
    for (auto each = producers_.begin(); each != producers_.end();) {
      const auto current = each++;
      const KafkaProducer& producer = *current->second;
      const bool unused =
          producer.IsIdle() && now - producer.last_use() > options_.idle_timeout * kNanosPerMilli;
      if (const auto death = producer.Death()) {
        // Others are not made at once, for a cluster that is down.
        const int64_t until = producer.last_use() + kCoolDown * kNanosPerMilli;
        if (until > now) failed_[current->first] = {*death, until};
        Drop(current);
      } else if (unused) {
        Drop(current);
      }
    }
  }

  // Makes room for another one, if one has nothing under way: of these the one that was used the longest ago.
  void DropIdlest() {
    auto idlest = producers_.end();
    for (auto each = producers_.begin(); each != producers_.end(); ++each) {
      if (!each->second->IsIdle()) continue;
      if (idlest == producers_.end() || each->second->last_use() < idlest->second->last_use()) {
        idlest = each;
      }
    }
    if (idlest != producers_.end()) Drop(idlest);
  }

  using Producers = std::map<std::string, std::unique_ptr<KafkaProducer>>;

  void Drop(Producers::iterator producer) {
    // Its end may wait for a name server, and nobody else's messages wait for that.
    std::shared_ptr<KafkaProducer> dropped = std::move(producer->second);
    producers_.erase(producer);
    sweeper_.Post([dropped = std::move(dropped)]() mutable { dropped.reset(); });
  }

  static constexpr base::Millis kCoolDown = base::kSecond;
  static constexpr base::Millis kFirstProbeStep = 100;
  static constexpr base::Millis kLastProbeStep = 3 * base::kSecond;
  struct Failed {
    KafkaProducer::Failure failure;
    int64_t until = 0;
  };

  const BrokerOptions options_;
  const EgressPolicy* const egress_;
  const base::Clock* const clock_;
  Producers producers_;                   // of the thread
  std::map<std::string, Failed> failed_;  // likewise
  TaskThreads sweeper_{1};
  TaskThreads thread_{1};
  std::atomic<int> probes_open_{0};  // whose client is not gone
  TaskThreads probes_{EventTester::kMaxAtOnce};
};

}  // namespace

std::unique_ptr<BrokerDriver> NewKafkaDriver(const BrokerOptions& options,
                                             const EgressPolicy* egress, const base::Clock* clock) {
  return std::make_unique<KafkaDriver>(options, egress, clock);
}

}  // namespace scheduler::dispatch
