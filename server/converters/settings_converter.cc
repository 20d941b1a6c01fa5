#include "server/converters/settings_converter.h"

#include "scheduler/base/errors.h"
#include "server/converters/http_settings.h"
#include "server/strings.h"

namespace server {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

absl::StatusOr<core::Settings> ToSettings(const std::string& field,
                                          const v1::Connection::Settings& settings) {
  using Settings = v1::Connection::Settings;
  switch (settings.kind_case()) {
    case Settings::kHttp:
      return ToHttpSettings(StrCat(field, ".http"), settings.http());
    case Settings::KIND_NOT_SET:
      break;
  }
  return errors::FieldRequired(StrCat(field, ".http"), "the settings");
}

void SettingsToProto(const core::Settings& settings, v1::Connection::Settings* out) {
  if (const auto* http = std::get_if<core::HttpSettings>(&settings)) {
    HttpSettingsToProto(*http, out->mutable_http());
  }
}

}  // namespace server
