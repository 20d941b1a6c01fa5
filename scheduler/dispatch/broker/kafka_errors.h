#ifndef SCHEDULER_DISPATCH_BROKER_KAFKA_ERRORS_H_
#define SCHEDULER_DISPATCH_BROKER_KAFKA_ERRORS_H_

#include <string_view>

#include <librdkafka/rdkafka.h>

namespace scheduler::dispatch {

// The class of an error of Kafka (positive codes of its protocol) or librdkafka (negative ones):
//   unknown topic or partition                         NOT_FOUND
//   topic or cluster authorization failed              FORBIDDEN
//   authentication failed                              UNAUTHENTICATED
//   too large, invalid message, record, topic, policy  VALIDATION
//   queue full, quota exceeded                         RATE_LIMITED
//   timed out, at the broker or here                   TIMEOUT
//   transport, name, TLS, all brokers down             CONNECTION
//   all else: no leader, not enough replicas …         UNAVAILABLE
std::string_view ClassOfKafkaError(rd_kafka_resp_err_t error);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_KAFKA_ERRORS_H_
