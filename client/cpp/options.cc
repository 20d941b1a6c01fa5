#include "client/cpp/options.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace ductape::jobs {
namespace {

// Sets `out` if the variable of this name is set and not empty, and says whether it is.
bool Read(absl::string_view name, std::string& out) {
  const std::string variable = absl::StrCat("DUCTAPE_JOBS_", name);
  const char* const value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr || *value == '\0') return false;
  out = value;
  return true;
}

}  // namespace

ClientOptions ClientOptions::FromEnvironment() {
  ClientOptions options;
  Read("ADDRESS", options.address);
  Read("PRODUCT", options.product);
  Read("TOKEN", options.bearer_token);
  TlsOptions tls;
  bool is_set = Read("CA_FILE", tls.ca_file);
  is_set |= Read("CERT_FILE", tls.cert_file);
  is_set |= Read("KEY_FILE", tls.key_file);
  is_set |= Read("SERVER_NAME", tls.server_name);
  if (is_set) options.tls = tls;
  return options;
}

}  // namespace ductape::jobs
