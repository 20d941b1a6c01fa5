#ifndef SERVER_CONVERTERS_TARGET_TEXT_H_
#define SERVER_CONVERTERS_TARGET_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "scheduler/dispatch/template/check_template.h"
#include "scheduler/dispatch/template/landing.h"

// Texts of targets that may hold templates, with `field` as the path of errors: FIELD_INVALID if a text is not
// UTF-8, TEMPLATE_INVALID.
namespace server {

absl::Status CheckTargetText(
    std::string_view field, std::string_view text, scheduler::dispatch::Landing landing,
    scheduler::dispatch::Secrets secrets = scheduler::dispatch::Secrets::kNone);

absl::StatusOr<std::vector<std::string>> ToTargetTexts(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& texts,
    scheduler::dispatch::Landing landing);

}  // namespace server

#endif  // SERVER_CONVERTERS_TARGET_TEXT_H_
