#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_MESSAGE_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_MESSAGE_H_

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "scheduler/base/millis.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/core/connection/connection_spec.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/delivery_fields.h"

namespace scheduler::dispatch {

// Where messages go, with all that opening a connection takes. Immutable.
struct BrokerAccount {
  // Equal for those that may share what was opened: AttemptConnection::Identity and, since those in files
  // and variables change without it, a fingerprint of the secrets.
  std::string key;
  core::Settings settings;
  std::map<std::string, base::SecretText, std::less<>>
      secrets;  // by path, those that have a source

  // Empty if it has no source.
  std::string_view SecretAt(std::string_view path) const {
    const auto found = secrets.find(path);
    return found == secrets.end() ? std::string_view() : found->second.view();
  }
};

// A message as it is to be published: templates filled in, bounds checked.
struct BrokerMessage {
  using Kind = core::BrokerTarget::DestinationKind;

  // Nothing is to be published: the driver tries the account on a connection of its own, by something that
  // changes nothing, and completes with what the broker says of itself. Destination, key, body and properties
  // are empty.
  bool probe = false;
  core::RunRef run;
  base::Millis attempt_timeout = 0;
  Kind kind = Kind::kDefault;
  std::string destination;
  std::string key;
  std::string body;  // not empty, but of a probe
  std::map<std::string, std::string> properties;
  std::array<DeliveryField, 8> identity;  // as DeliveryFieldsOf gives them
  base::Millis wall_time = 0;             // when it was made
  std::shared_ptr<const BrokerAccount> account;

  const std::string& run_id() const { return identity[0].value; }
  // About what it takes in a queue.
  size_t bytes() const { return body.size() + key.size() + destination.size() + 512; }
};

// For people: where it goes, its key, what it says of the run, its properties, the body.
std::string TextOf(const BrokerMessage& message);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_MESSAGE_H_
