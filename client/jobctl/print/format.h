#ifndef CLIENT_JOBCTL_PRINT_FORMAT_H_
#define CLIENT_JOBCTL_PRINT_FORMAT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace jobctl {

// How results are printed on stdout.
enum class Format {
  kTable,  // for people: tables and pages of text; not to be parsed
  kJson,   // one resource: an indented object; a list: an array, one line an element
  kJsonl,  // one compact object a line
  kYaml,   // one document; a list: a sequence
  kName    // what commands take as name, one a line
};

inline constexpr char kFormatNames[] = "table, json, jsonl, yaml or name";
inline constexpr char kFormatChoices[] = "table|json|jsonl|yaml|name";

// INVALID_ARGUMENT for any other text; the message lists the names.
absl::StatusOr<Format> ParseFormat(absl::string_view text);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_FORMAT_H_
