#include "server/converters/target_text.h"

#include "scheduler/base/errors.h"
#include "scheduler/dispatch/template/check_template.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {

namespace dispatch = scheduler::dispatch;
namespace errors = scheduler::base::errors;

absl::Status CheckTargetText(std::string_view field, std::string_view text,
                             dispatch::Landing landing, dispatch::Secrets secrets) {
  if (!CountCharacters(text).has_value()) return errors::FieldInvalid(field, "must be valid UTF-8");
  return dispatch::CheckTemplate(field, text, landing, secrets);
}

absl::StatusOr<std::vector<std::string>> ToTargetTexts(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& texts,
    dispatch::Landing landing) {
  for (int i = 0; i < texts.size(); ++i) {
    DUCTAPE_RETURN_IF_ERROR(CheckTargetText(StrCat(field, "[", i, "]"), texts[i], landing));
  }
  return std::vector<std::string>(texts.begin(), texts.end());
}

}  // namespace server
