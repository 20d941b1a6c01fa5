#ifndef SCHEDULER_DISPATCH_BROKER_KAFKA_PRODUCER_H_
#define SCHEDULER_DISPATCH_BROKER_KAFKA_PRODUCER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/broker/broker_flight.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/broker/kafka_settings_text.h"
#include "scheduler/dispatch/egress_policy.h"
#include <librdkafka/rdkafka.h>

namespace scheduler::dispatch {

// One producer of librdkafka and the thread that takes its reports. Every dial is checked with the egress
// policy, with the address that is about to be dialled.
//
// When no broker can be reached, or they refuse the account, all that waits fails and the producer is dead.
// Thread-safe; creation and destruction block for some milliseconds.
class KafkaProducer {
 public:
  struct Failure {
    std::string code;
    std::string message;
  };

  // How long producers for attempts of such a timeout keep a message: 15 s, a minute, five, an hour, since
  // librdkafka has one time for all messages of a producer.
  static base::Millis MessageTimeout(base::Millis attempt_timeout);

  // INVALID_ARGUMENT for settings, certificates and addresses that cannot be used. The pointers outlive it.
  static absl::StatusOr<std::unique_ptr<KafkaProducer>> Create(
      const BrokerAccount& account, base::Millis message_timeout, const BrokerOptions& options,
      const EgressPolicy* egress, const base::Clock* clock, KafkaUse use = KafkaUse::kMessages);
  // Without a word to flights that are open.
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  void Publish(const BrokerFlightPtr& flight);

  // How many brokers the cluster says that it has, asked for now, or why it cannot be asked. Nothing if it has not
  // answered within `wait`, for which this blocks.
  std::optional<AttemptResult> Describe(base::Millis wait);

  // Why it is of no use any more.
  std::optional<Failure> Death() const;

  // Nothing is under way.
  bool IsIdle() const { return open_.load() == 0; }
  // When it was last used, monotonic nanoseconds.
  int64_t last_use() const { return last_use_.load(); }

 private:
  KafkaProducer(const EgressPolicy* egress, const base::Clock* clock)
      : egress_(egress), clock_(clock) {}

  static int OnConnect(int fd, const sockaddr* address, int size, const char* id, void* self);
  static void OnReport(rd_kafka_t* client, const rd_kafka_message_t* message, void* self);
  static void OnError(rd_kafka_t* client, int error, const char* reason, void* self);

  int Connect(int fd, const sockaddr* address, int size);
  void Report(const rd_kafka_message_t& message);
  void Error(rd_kafka_resp_err_t error, const std::string& reason);
  void Poll();
  // Ends all that is under way; the reports follow.
  void Purge();

  const EgressPolicy* const egress_;
  const base::Clock* const clock_;
  rd_kafka_t* client_ = nullptr;
  std::atomic<int64_t> open_{0};
  std::atomic<int64_t> last_use_{0};
  std::atomic<bool> stopping_{false};

  mutable base::Mutex mu_;
  std::string denial_ ABSL_GUARDED_BY(mu_);       // of the last address, if it was denied
  std::string last_reason_ ABSL_GUARDED_BY(mu_);  // of what happened to a broker
  std::optional<Failure> death_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_KAFKA_PRODUCER_H_
