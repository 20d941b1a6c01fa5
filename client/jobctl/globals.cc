#include "client/jobctl/globals.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/print/format.h"
#include "ductape/version.h"

namespace jobctl {
namespace {

CLI::Option* Add(CLI::App& app, const std::string& name, const char* variable, std::string& value,
                 const std::string& help) {
  return app.add_option(name, value, help)->envname(variable)->group(kGlobalGroup);
}

// The token's value comes from a file or the environment, since command lines are visible to
// others.
absl::StatusOr<std::string> Token(const Globals& globals) {
  if (globals.token_file.empty()) {
    const char* value = std::getenv("DUCTAPE_JOBS_TOKEN");  // NOLINT(concurrency-mt-unsafe)
    return std::string(value == nullptr ? "" : value);
  }
  std::ifstream in(globals.token_file);
  std::string token;
  if (!std::getline(in, token)) {
    return absl::NotFoundError(absl::StrCat("--token-file: cannot read ", globals.token_file));
  }
  return std::string(absl::StripAsciiWhitespace(token));
}

}  // namespace

void AddGlobalFlags(CLI::App& app, Globals& globals) {
  Add(app, "--profile", "DUCTAPE_JOBS_PROFILE", globals.profile,
      "Take what is not given from this profile of the configuration")
      ->type_name("PROFILE");
  Add(app, "--config", "DUCTAPE_JOBS_CONFIG", globals.config,
      "The TOML file with the profiles (default ~/.config/ductape/jobctl.toml)")
      ->type_name("FILE");
  Add(app, "--address", "DUCTAPE_JOBS_ADDRESS", globals.address,
      "The server: HOST:PORT or unix:/PATH (default localhost:7420)")
      ->type_name("ADDRESS");
  Add(app, "--product", "DUCTAPE_JOBS_PRODUCT", globals.product,
      "The product of jobs, runs, events, calendars and connections (default: the server's)")
      ->type_name("PRODUCT");
  Add(app, "-o,--output", "DUCTAPE_JOBS_OUTPUT", globals.output, "How to print (default table)")
      ->type_name(kFormatChoices);
  Add(app, "--timeout", "DUCTAPE_JOBS_TIMEOUT", globals.timeout,
      "How long one call may take, its retries included (default 30s)")
      ->type_name("DURATION");
  app.add_flag("--tls", globals.tls, "Use TLS, with the system's certificate authorities")
      ->group(kGlobalGroup);
  Add(app, "--ca-file", "DUCTAPE_JOBS_CA_FILE", globals.ca_file,
      "Trust these certificate authorities (PEM); implies --tls")
      ->type_name("FILE");
  Add(app, "--cert-file", "DUCTAPE_JOBS_CERT_FILE", globals.cert_file,
      "The client's certificate (PEM), with --key-file; implies --tls")
      ->type_name("FILE");
  Add(app, "--key-file", "DUCTAPE_JOBS_KEY_FILE", globals.key_file, "Its key (PEM)")
      ->type_name("FILE");
  Add(app, "--server-name", "DUCTAPE_JOBS_SERVER_NAME", globals.server_name,
      "The name in the server's certificate, where it is not the host; implies --tls")
      ->type_name("NAME");
  Add(app, "--token-file", "DUCTAPE_JOBS_TOKEN_FILE", globals.token_file,
      "A file with the bearer token (or the token itself in DUCTAPE_JOBS_TOKEN)")
      ->type_name("FILE");
  app.add_flag("--no-color", globals.no_color, "No colours (as the variable NO_COLOR)")
      ->group(kGlobalGroup);
}

absl::StatusOr<ductape::jobs::ClientOptions> ToClientOptions(const Globals& globals) {
  ductape::jobs::ClientOptions options;
  options.address = globals.address;
  options.product = globals.product;
  options.user_agent = absl::StrCat("jobctl/", ductape::kVersion);
  absl::StatusOr<absl::Duration> timeout = ParseDuration(globals.timeout);
  if (!timeout.ok() || *timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--timeout: ", timeout.ok() ? "must be positive" : timeout.status().message()));
  }
  options.default_deadline = *timeout;
  if (globals.tls || !globals.ca_file.empty() || !globals.cert_file.empty() ||
      !globals.key_file.empty() || !globals.server_name.empty()) {
    options.tls = ductape::jobs::TlsOptions{.ca_file = globals.ca_file,
                                            .cert_file = globals.cert_file,
                                            .key_file = globals.key_file,
                                            .server_name = globals.server_name};
  }
  absl::StatusOr<std::string> token = Token(globals);
  if (!token.ok()) return token.status();
  options.bearer_token = *token;
  return options;
}

}  // namespace jobctl
