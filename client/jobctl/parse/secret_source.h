#ifndef CLIENT_JOBCTL_PARSE_SECRET_SOURCE_H_
#define CLIENT_JOBCTL_PARSE_SECRET_SOURCE_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"

namespace jobctl {

// How the command line names a secret, for help texts.
inline constexpr char kSecretType[] = "@FILE|file:PATH|env:NAME|value:TEXT";

// Reads `@FILE` or `@-`, whose content is sent as the value, without a line break at its end;
// `file:PATH` and `env:NAME`, which the server reads; or `value:TEXT`. INVALID_ARGUMENT, which does not
// show the text, for anything else; else the errors of ReadTextFile.
absl::StatusOr<ductape::jobs::v1::Secret> ParseSecret(const std::string& text, std::istream& in);

// `stored`, `file:PATH`, `env:NAME`.
std::string SecretText(const ductape::jobs::v1::Secret& secret);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_SECRET_SOURCE_H_
