#include <set>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/template/check_template.h"
#include "scheduler/dispatch/template/template.h"
#include "server/converters/http_fields.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
#include "server/converters/url_check.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using scheduler::dispatch::CheckTemplate;
using scheduler::dispatch::Landing;
using scheduler::dispatch::Secrets;

constexpr int kMaxSuccessCodes = 16;

absl::StatusOr<core::HttpMethod> ToMethod(const std::string& field, v1::HttpTarget::Method method) {
  if (method == v1::HttpTarget::METHOD_UNSPECIFIED) return core::HttpMethod::kPost;
  if (!v1::HttpTarget::Method_IsValid(method)) {
    return errors::FieldInvalid(field, "must be GET, POST, PUT, PATCH, DELETE_METHOD or HEAD");
  }
  return static_cast<core::HttpMethod>(method);
}

absl::Status CheckPathParams(const std::string& field, const std::set<std::string>& segments,
                             const std::map<std::string, std::string>& params) {
  for (const auto& [name, value] : params) {
    if (segments.count(name) == 0) {
      return errors::FieldInvalid(field, "every value needs a segment :name in the URL's path");
    }
    if (value.empty() || value == "." || value == "..") {
      return errors::FieldInvalid(StrCat(field, "[", name, "]"),
                                  "must be neither empty nor a dot segment");
    }
  }
  for (const std::string& name : segments) {
    if (params.count(name) == 0) {
      return errors::FieldInvalid(field, "every segment :name of the URL's path needs a value");
    }
  }
  return absl::OkStatus();
}

bool IsStatus(std::string_view text) {
  const std::optional<int> status = ParseUnsigned<int>(text);
  return text.size() == 3 && status.has_value() && *status >= 100 && *status <= 599;
}

// "204", "2xx" or "200-204".
bool IsSuccessCode(std::string_view code) {
  if (code.size() == 3 && code.ends_with("xx")) return code[0] >= '1' && code[0] <= '5';
  if (code.size() == 7 && code[3] == '-') {
    return IsStatus(code.substr(0, 3)) && IsStatus(code.substr(4)) &&
           code.substr(0, 3) <= code.substr(4);
  }
  return IsStatus(code);
}

absl::StatusOr<std::vector<std::string>> ToSuccessCodes(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& codes) {
  if (codes.size() > kMaxSuccessCodes) {
    return errors::FieldTooLarge(field, codes.size(), kMaxSuccessCodes);
  }
  for (int i = 0; i < codes.size(); ++i) {
    const std::string path = StrCat(field, "[", i, "]");
    DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(path, codes[i]));
    if (!IsSuccessCode(codes[i])) {
      return errors::FieldInvalid(
          path, "must be a status as 204, a class as 2xx or a range as 200-204, of 100 to 599");
    }
  }
  return std::vector<std::string>(codes.begin(), codes.end());
}

// The values in a body are escaped by its type.
Landing BodyLandingOf(const core::HttpTarget& target, std::string_view body) {
  for (const auto& [name, value] : target.headers) {
    if (Lower(name) == "content-type") return scheduler::dispatch::BodyLanding(value, body);
  }
  return scheduler::dispatch::BodyLanding("", body);
}

absl::Status CheckBody(const std::string& field, const std::string& body, core::HttpMethod method) {
  if (body.size() > limits::kMaxBodyBytes) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(body.size()), limits::kMaxBodyBytes);
  }
  if (!body.empty() && (method == core::HttpMethod::kGet || method == core::HttpMethod::kHead)) {
    return errors::FieldInvalid(field, "must be empty for GET and HEAD");
  }
  return absl::OkStatus();
}

// Its connection's.
Secrets SecretsOf(const v1::HttpTarget& target) {
  return target.connection().empty() ? Secrets::kNone : Secrets::kByName;
}

// What a URL is about to look like. Its values are percent-encoded, so that any character stands for them.
absl::StatusOr<std::string> OutlineOf(const std::string& field, const v1::HttpTarget& target) {
  const std::string& url = target.url();
  if (!scheduler::dispatch::HasTemplate(url)) return url;
  if (url.size() > limits::kMaxUrlLength) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(url.size()), limits::kMaxUrlLength);
  }
  DUCTAPE_RETURN_IF_ERROR(CheckTemplate(field, url, Landing::kUrl, SecretsOf(target)));
  DUCTAPE_ASSIGN_OR_RETURN(const auto text, scheduler::dispatch::Template::Parse(url));
  return text.Outline("1");
}

// With a connection also a path and query, which its base URL goes before.
absl::Status CheckTargetUrl(const std::string& field, const v1::HttpTarget& target,
                            std::set<std::string>* segments) {
  DUCTAPE_ASSIGN_OR_RETURN(const std::string url, OutlineOf(field, target));
  const bool relative = url.empty() || url.front() == '/' || url.front() == '?';
  if (!relative && scheduler::dispatch::HasTagBeforePath(target.url())) {
    return errors::FieldInvalid(
        field, "cannot have template tags in scheme, host and port, only behind them");
  }
  if (target.connection().empty() || !relative) return CheckUrl(field, url, segments);
  return CheckRelativeUrl(field, url, segments);
}

}  // namespace

absl::StatusOr<core::HttpTarget> ToHttpTarget(std::string_view field,
                                              const v1::HttpTarget& target) {
  const auto path = [field](std::string_view member) { return StrCat(field, ".", member); };
  core::HttpTarget result;
  if (!target.connection().empty()) {
    DUCTAPE_RETURN_IF_ERROR(CheckTag(path("connection"), target.connection()));
    result.connection = target.connection();
  }
  DUCTAPE_ASSIGN_OR_RETURN(result.method, ToMethod(path("method"), target.method()));
  std::set<std::string> segments;
  DUCTAPE_RETURN_IF_ERROR(CheckTargetUrl(path("url"), target, &segments));
  result.url = target.url();
  const TemplateRule text(Landing::kText, SecretsOf(target));
  DUCTAPE_ASSIGN_OR_RETURN(result.path_params, ToTexts(path("path_params"), target.path_params(),
                                                       limits::kMaxUrlLength, text));
  DUCTAPE_RETURN_IF_ERROR(CheckPathParams(path("path_params"), segments, result.path_params));
  DUCTAPE_ASSIGN_OR_RETURN(result.query,
                           ToTexts(path("query"), target.query(), limits::kMaxUrlLength, text));
  DUCTAPE_ASSIGN_OR_RETURN(result.headers,
                           ToHeaders(path("headers"), target.headers(),
                                     TemplateRule(Landing::kHeader, SecretsOf(target))));
  DUCTAPE_RETURN_IF_ERROR(CheckBody(path("body"), target.body(), result.method));
  DUCTAPE_RETURN_IF_ERROR(CheckTemplate(path("body"), target.body(),
                                        BodyLandingOf(result, target.body()), SecretsOf(target)));
  result.body = target.body();
  DUCTAPE_ASSIGN_OR_RETURN(result.success_codes,
                           ToSuccessCodes(path("success_codes"), target.success_codes()));
  return result;
}

}  // namespace server
