#include "client/jobctl/print/format.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace jobctl {

absl::StatusOr<Format> ParseFormat(absl::string_view text) {
  if (text == "table") return Format::kTable;
  if (text == "json") return Format::kJson;
  if (text == "jsonl") return Format::kJsonl;
  if (text == "yaml") return Format::kYaml;
  if (text == "name") return Format::kName;
  return absl::InvalidArgumentError(
      absl::StrCat("--output: \"", text, "\" is no format; use ", kFormatNames));
}

}  // namespace jobctl
