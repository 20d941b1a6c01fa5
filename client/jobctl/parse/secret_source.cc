#include "client/jobctl/parse/secret_source.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "client/jobctl/parse/message_file.h"

namespace jobctl {

using ductape::jobs::v1::Secret;

absl::StatusOr<Secret> ParseSecret(const std::string& text, std::istream& in) {
  Secret secret;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "@")) {
    absl::StatusOr<std::string> value = ReadTextFile(std::string(rest), in);
    if (!value.ok()) return value.status();
    absl::string_view line = *value;
    if (absl::ConsumeSuffix(&line, "\n")) absl::ConsumeSuffix(&line, "\r");
    secret.set_value(std::string(line));
  } else if (absl::ConsumePrefix(&rest, "file:")) {
    secret.set_file(std::string(rest));
  } else if (absl::ConsumePrefix(&rest, "env:")) {
    secret.set_env_var(std::string(rest));
  } else if (absl::ConsumePrefix(&rest, "value:")) {
    secret.set_value(std::string(rest));
  } else {
    return absl::InvalidArgumentError(
        "a secret is @FILE or @- (sent as its value), file:PATH or env:NAME (read by the server), "
        "or "
        "value:TEXT");
  }
  return secret;
}

std::string SecretText(const Secret& secret) {
  switch (secret.source_case()) {
    case Secret::kFile:
      return absl::StrCat("file:", secret.file());
    case Secret::kEnvVar:
      return absl::StrCat("env:", secret.env_var());
    case Secret::kValue:
    case Secret::SOURCE_NOT_SET:
      break;
  }
  return secret.stored() ? "stored" : "";
}

}  // namespace jobctl
