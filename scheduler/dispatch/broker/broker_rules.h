#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_RULES_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_RULES_H_

#include "absl/status/status.h"
#include "scheduler/core/target.h"

namespace scheduler::dispatch {

// What can be said of a target before its connection is known, and so which broker it is for. INVALID_ARGUMENT
// that names the field below the target: "destination", "properties[name]".
//
//   connection   a tag
//   destination  1 to limits::kMaxDestinationBytes bytes of UTF-8 without control characters
//   key          at most limits::kMaxMessageKeyBytes; none for a channel, a stream and a subject, whose brokers
//                know none
//   body         at most limits::kMaxBodyBytes
//   properties   at most limits::kMaxHeaders; names are letters, digits and "-_.", up to
//                limits::kMaxPropertyNameBytes, none of those that the service sets; values up to
//                limits::kMaxPropertyValueBytes without control characters; none for a channel, whose
//                messages are a body alone
//
// Texts may hold templates, so that what is sent is checked again by the driver.
absl::Status CheckBrokerTarget(const core::BrokerTarget& target);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_RULES_H_
