#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/broker/broker_rules.h"
#include "scheduler/dispatch/template/landing.h"
#include "server/converters/http_fields.h"
#include "server/converters/target_converter.h"
#include "server/converters/target_text.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

using scheduler::dispatch::Landing;
using scheduler::dispatch::Secrets;

}  // namespace

absl::StatusOr<core::BrokerTarget> ToBrokerTarget(std::string_view field,
                                                  const v1::BrokerTarget& target) {
  const auto path = [field](std::string_view member) { return StrCat(field, ".", member); };
  core::BrokerTarget result;
  DUCTAPE_RETURN_IF_ERROR(CheckTag(path("connection"), target.connection()));
  if (!v1::BrokerTarget::DestinationKind_IsValid(target.destination_kind())) {
    return errors::FieldInvalid(path("destination_kind"),
                                "must be TOPIC, QUEUE, EXCHANGE, CHANNEL, STREAM or SUBJECT");
  }
  result.destination_kind =
      static_cast<core::BrokerTarget::DestinationKind>(target.destination_kind());
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("destination"), target.destination(), Landing::kText));
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("key"), target.key(), Landing::kText, Secrets::kByName));
  DUCTAPE_RETURN_IF_ERROR(CheckTargetText(path("body"), target.body(),
                                          scheduler::dispatch::BodyLanding("", target.body()),
                                          Secrets::kByName));
  DUCTAPE_ASSIGN_OR_RETURN(
      result.properties,
      ToTexts(path("properties"), target.properties(), limits::kMaxPropertyValueBytes,
              TemplateRule(Landing::kHeader, Secrets::kByName)));
  result.connection = target.connection();
  result.destination = target.destination();
  result.key = target.key();
  result.body = target.body();
  DUCTAPE_RETURN_IF_ERROR(
      errors::WithFieldPrefix(scheduler::dispatch::CheckBrokerTarget(result), StrCat(field, ".")));
  return result;
}

void BrokerToProto(const core::BrokerTarget& target, v1::BrokerTarget* out) {
  out->set_connection(target.connection);
  out->set_destination(target.destination);
  out->set_key(target.key);
  out->set_body(target.body);
  out->mutable_properties()->insert(target.properties.begin(), target.properties.end());
  out->set_destination_kind(
      static_cast<v1::BrokerTarget::DestinationKind>(target.destination_kind));
}

}  // namespace server
