#ifndef SCHEDULER_DISPATCH_BROKER_NATS_WORDS_H_
#define SCHEDULER_DISPATCH_BROKER_NATS_WORDS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/dispatch/broker/broker_message.h"
#include "scheduler/dispatch/executor.h"

// The texts of NATS, free of connections.
namespace scheduler::dispatch {

// Whether messages can be published to it: parts joined by dots, none of them empty, without white space,
// wildcards, quotes and backslashes.
bool IsNatsSubject(std::string_view subject);

// The command that publishes: "HPUB <subject> [<reply>] <header bytes> <all bytes>". `deduplicated`: with
// Nats-Msg-Id.
std::string NatsPublish(const BrokerMessage& message, std::string_view reply, bool deduplicated);

// What JetStream's answer comes to: an acknowledgement or an error in JSON, or, with `headers` of a status 503,
// the word that no stream takes the subject.
AttemptResult NatsAcknowledgement(std::string_view headers, std::string_view json);

// The class of a "-ERR" ('Authorization Violation'):
//   authorization, authentication                  UNAUTHENTICATED
//   permissions violation                          FORBIDDEN
//   maximum payload, invalid subject, parser       VALIDATION
//   maximum connections                            UNAVAILABLE
//   all else (stale, slow, shutdown)               CONNECTION
std::string_view ClassOfNatsError(std::string_view error);

// The class of JetStream's error: by its own code (10047, 10023 …: no resources) or the HTTP-like `code`.
std::string_view ClassOfJetStreamError(int code, int own_code);

// The CONNECT that answers `info_json`. INVALID_ARGUMENT for credentials that cannot be read.
absl::StatusOr<std::string> NatsConnect(const BrokerAccount& account, std::string_view nonce);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_NATS_WORDS_H_
