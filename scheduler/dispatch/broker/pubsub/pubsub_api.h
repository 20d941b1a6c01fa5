#ifndef SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_API_H_
#define SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_API_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/dispatch/broker/broker_message.h"

// What is said to Google Pub/Sub: its methods Publish and ListTopics, whose messages are written and read here by the
// numbers of their fields, since they are all that is needed of
// https://github.com/googleapis/googleapis/blob/master/google/pubsub/v1/pubsub.proto.
namespace scheduler::dispatch {

inline constexpr char kPubsubPublish[] = "/google.pubsub.v1.Publisher/Publish";
inline constexpr char kPubsubListTopics[] = "/google.pubsub.v1.Publisher/ListTopics";
// https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish, "Authorization scopes"
inline constexpr std::string_view kPubsubScope = "https://www.googleapis.com/auth/pubsub";

// As BrokerDriver::Check. A destination is a topic's id, or "projects/PROJECT/topics/ID". Bounds are those of
// https://cloud.google.com/pubsub/quotas#resource_limits.
absl::Status CheckPubsubMessage(const BrokerMessage& message);

// "projects/PROJECT/topics/ID". REQUIRES: the account's settings are PubsubSettings.
std::string TopicOf(const BrokerMessage& message);

// A PublishRequest of one message: the body as its data, the delivery's fields and the properties as attributes,
// the key as ordering key.
std::string PublishRequestOf(const BrokerMessage& message);

// A ListTopicsRequest of one topic of the settings' project.
std::string ListTopicsRequestOf(const core::PubsubSettings& settings);

// The message's id in a PublishResponse. INVALID_ARGUMENT if there is none that can be one.
absl::StatusOr<std::string> MessageIdIn(std::string_view response);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_API_H_
