#ifndef CLIENT_JOBCTL_PARSE_KEY_VALUE_H_
#define CLIENT_JOBCTL_PARSE_KEY_VALUE_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/map.h"

namespace jobctl {

// Reads `KEY=VALUE`; the value may be empty and hold further `=`. INVALID_ARGUMENT without key or
// `=`.
absl::StatusOr<std::pair<std::string, std::string>> ParseKeyValue(absl::string_view text);

// Reads one into a map. INVALID_ARGUMENT too if the map has the key already.
absl::Status PutKeyValue(absl::string_view text,
                         google::protobuf::Map<std::string, std::string>* map);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_KEY_VALUE_H_
