#ifndef SCHEDULER_DISPATCH_BROKER_SQS_API_H_
#define SCHEDULER_DISPATCH_BROKER_SQS_API_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/dispatch/broker/broker_message.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_client.h"

// How Amazon SQS is spoken to, in its JSON protocol:
//   https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
//   https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
namespace scheduler::dispatch {

// Of the ten attributes that a message of SQS may have those of the delivery take seven; traceparent is sent as
// AWSTraceHeader, which is not counted.
inline constexpr size_t kMaxSqsProperties = 3;

// As BrokerDriver::Check. A destination is the URL or the name of a queue; that of a FIFO queue ends in ".fifo".
absl::Status CheckSqsMessage(const BrokerMessage& message);

// Whether a destination is a queue's URL; else it is its name.
bool IsQueueUrl(std::string_view destination);

// The signed calls. `now` is wall time. REQUIRES: the account's settings are AwsSettings.
HttpCall ListQueuesCall(const BrokerAccount& account, base::Millis now);  // of one queue
HttpCall QueueUrlCall(const BrokerAccount& account, const std::string& name, base::Millis now);
HttpCall SendMessageCall(const BrokerMessage& message, const std::string& queue_url,
                         base::Millis now);

// What was answered; they need answer.transport.ok(), and give a failed attempt what the API refuses with.
struct QueueUrlAnswer {
  std::string url;        // empty: there is none
  AttemptResult failure;  // then why
};
QueueUrlAnswer ReadQueueUrlAnswer(const HttpAnswer& answer, base::Millis now);
// Completes also for an account that is known and may not list queues.
AttemptResult ReadListQueuesAnswer(const BrokerAccount& account, const HttpAnswer& answer,
                                   base::Millis now);
// Completes with {"message_id":…} and, of a FIFO queue, "sequence_number". A body of which SQS has another MD5
// digest is UNAVAILABLE.
AttemptResult ReadSendMessageAnswer(const BrokerMessage& message, const HttpAnswer& answer,
                                    base::Millis now);

// MD5 (RFC 1321) in hexadecimal digits, by which SQS says what it has taken.
std::string Md5Hex(std::string_view text);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_SQS_API_H_
