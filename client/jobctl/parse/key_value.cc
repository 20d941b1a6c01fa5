#include "client/jobctl/parse/key_value.h"

#include "absl/strings/str_cat.h"

namespace jobctl {

absl::StatusOr<std::pair<std::string, std::string>> ParseKeyValue(absl::string_view text) {
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not KEY=VALUE"));
  }
  return std::pair<std::string, std::string>(text.substr(0, equals), text.substr(equals + 1));
}

absl::Status PutKeyValue(absl::string_view text,
                         google::protobuf::Map<std::string, std::string>* map) {
  absl::StatusOr<std::pair<std::string, std::string>> pair = ParseKeyValue(text);
  if (!pair.ok()) return pair.status();
  if (!map->insert({pair->first, pair->second}).second) {
    return absl::InvalidArgumentError(absl::StrCat("\"", pair->first, "\" is given twice"));
  }
  return absl::OkStatus();
}

}  // namespace jobctl
