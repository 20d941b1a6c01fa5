#include "server/converters/http_settings.h"

#include <set>
#include <string_view>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/auth_converter.h"
#include "server/converters/http_fields.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_fields.h"
#include "server/converters/target_converter.h"
#include "server/converters/url_check.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

absl::Status CheckBaseUrl(const std::string& field, const std::string& url) {
  if (url.empty()) return absl::OkStatus();
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, url));
  std::set<std::string> segments;
  DUCTAPE_RETURN_IF_ERROR(CheckUrl(field, url, &segments));
  if (!segments.empty() || Contains(url, '?')) {
    return errors::FieldInvalid(field, "must have no query and no segments :name");
  }
  return absl::OkStatus();
}

// "http://HOST:PORT"; the port is not left out, since proxies have none that is usual.
absl::Status CheckProxy(const std::string& field, const std::string& proxy) {
  constexpr std::string_view kScheme = "http://";
  if (proxy.empty()) return absl::OkStatus();
  const std::string_view text = proxy;
  if (text.size() <= limits::kMaxUrlLength && text.substr(0, kScheme.size()) == kScheme &&
      IsHostAndPort(text.substr(kScheme.size()))) {
    return absl::OkStatus();
  }
  return errors::FieldInvalid(field, "must be http://HOST:PORT");
}

}  // namespace

absl::StatusOr<core::HttpSettings> ToHttpSettings(const std::string& field,
                                                  const v1::HttpSettings& settings) {
  core::HttpSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckBaseUrl(StrCat(field, ".base_url"), settings.base_url()));
  result.base_url = settings.base_url();
  DUCTAPE_ASSIGN_OR_RETURN(result.headers,
                           ToHeaders(StrCat(field, ".headers"), settings.headers()));
  if (settings.has_auth()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.auth, ToAuth(StrCat(field, ".auth"), settings.auth()));
  }
  DUCTAPE_RETURN_IF_ERROR(CheckNotOfAuth(StrCat(field, ".headers"), result.headers, result.auth));
  DUCTAPE_ASSIGN_OR_RETURN(
      result.tls, ToTlsSettings(StrCat(field, ".tls"), settings.tls(), /*with_mode=*/false));
  DUCTAPE_RETURN_IF_ERROR(CheckProxy(StrCat(field, ".proxy"), settings.proxy()));
  result.proxy = settings.proxy();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets,
                           ToNamedSecrets(StrCat(field, ".secrets"), settings.secrets()));
  return result;
}

void HttpSettingsToProto(const core::HttpSettings& settings, v1::HttpSettings* out) {
  out->set_base_url(settings.base_url);
  out->mutable_headers()->insert(settings.headers.begin(), settings.headers.end());
  if (HasAuth(settings.auth)) AuthToProto(settings.auth, out->mutable_auth());
  TlsToProto(settings.tls, out);
  out->set_proxy(settings.proxy);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

}  // namespace server
