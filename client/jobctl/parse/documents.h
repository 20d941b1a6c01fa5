#ifndef CLIENT_JOBCTL_PARSE_DOCUMENTS_H_
#define CLIENT_JOBCTL_PARSE_DOCUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace jobctl {

// Reads JSON or YAML and answers its documents, each as JSON text on one line. Several documents
// are: JSON values one after another (JSON lines), YAML documents between `---`, and the elements
// of a list at the top. An empty text has none.
//
// A text that begins with `{` or `[` is read as JSON, and as YAML if it is no JSON. In YAML, plain
// `true`, `false`, `null`, `~` and numbers are taken for what they look like, everything else and
// everything in quotes for a string. Anchors and aliases work, but not so that the result has more
// than 1,000,000 values; keys must be scalars; 100 levels deep at most.
//
// Errors: INVALID_ARGUMENT, with the place.
absl::StatusOr<std::vector<std::string>> ParseDocuments(const std::string& text);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_DOCUMENTS_H_
