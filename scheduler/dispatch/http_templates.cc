#include "scheduler/dispatch/http_templates.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/dispatch/template/check_template.h"
#include "scheduler/dispatch/template/renderer.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using Texts = std::map<std::string, std::string>;

bool AnyTemplate(const Texts& texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [](const auto& text) { return HasTemplate(text.second); });
}

// Empty, "." or "..", also with the dots encoded, which servers resolve, too.
bool IsHollow(std::string_view segment) {
  for (int dots = 0; !segment.empty(); ++dots) {
    const size_t dot = segment.front() == '.' ? 1 : 3;
    if (dots == 2 || (dot == 3 && !EqualsIgnoreCase(segment.substr(0, 3), "%2e"))) return false;
    segment.remove_prefix(dot);
  }
  return true;
}

// How many segments of the URL's path are empty or dot segments.
size_t CountHollowSegments(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  size_t slash = url.find('/');
  size_t count = 0;
  while (slash != url.npos) {
    url.remove_prefix(slash + 1);
    slash = url.find('/');
    if (IsHollow(url.substr(0, slash))) ++count;
  }
  return count;
}

absl::Status RenderUrl(const Renderer& renderer, core::HttpTarget* target) {
  if (!HasTemplate(target->url)) return absl::OkStatus();
  absl::StatusOr<std::string> url = renderer.Render("url", target->url, Landing::kUrl);
  if (!url.ok()) return url.status();
  const absl::StatusOr<Template> text = Template::Parse(target->url);
  if (!text.ok()) return text.status();
  // Without a host it is appended to the base URL of the connection.
  const bool relative = url->empty() || url->front() == '/' || url->front() == '?';
  if (!relative && HasTagBeforePath(target->url)) {
    return absl::InvalidArgumentError(
        "the template of url: tags cannot stand in scheme, host and port");
  }
  // Such a segment leads to another resource than the template says: to all of a collection, say.
  if (CountHollowSegments(*url) > CountHollowSegments(text->Outline("x"))) {
    return absl::InvalidArgumentError(
        "the template of url: a value makes a segment of the path empty, \".\" or \"..\"");
  }
  target->url = *std::move(url);
  return absl::OkStatus();
}

absl::Status RenderTexts(const Renderer& renderer, std::string_view field, Landing landing,
                         Texts* texts) {
  for (auto& [name, value] : *texts) {
    if (!HasTemplate(value)) continue;
    absl::StatusOr<std::string> text =
        renderer.Render(StrCat(field, "[", name, "]"), value, landing);
    if (!text.ok()) return text.status();
    value = *std::move(text);
  }
  return absl::OkStatus();
}

absl::Status RenderBody(const Renderer& renderer, std::string_view content_type,
                        core::HttpTarget* target) {
  if (!HasTemplate(target->body)) return absl::OkStatus();
  const std::string_view own = ContentTypeOf(target->headers);
  const Landing landing = BodyLanding(own.empty() ? content_type : own, target->body);
  absl::StatusOr<std::string> body = renderer.Render("body", target->body, landing);
  if (!body.ok()) return body.status();
  if (body->empty()) {
    return absl::InvalidArgumentError(
        "the template of body: it is empty for this run, which would send the run's input instead");
  }
  target->body = *std::move(body);
  return absl::OkStatus();
}

}  // namespace

std::string_view ContentTypeOf(const Texts& headers) {
  for (const auto& [name, value] : headers) {
    if (EqualsIgnoreCase(name, "content-type")) return value;
  }
  return {};
}

bool HasTemplates(const core::HttpTarget& target) {
  return HasTemplate(target.url) || HasTemplate(target.body) || AnyTemplate(target.headers) ||
         AnyTemplate(target.query) || AnyTemplate(target.path_params);
}

absl::StatusOr<core::HttpTarget> RenderHttpTarget(const core::HttpTarget& target,
                                                  const core::ClaimedRun& run,
                                                  std::string_view content_type,
                                                  RenderOptions options) {
  const Renderer renderer(run, std::move(options));
  core::HttpTarget result = target;
  absl::Status status = RenderUrl(renderer, &result);
  if (status.ok()) {
    status = RenderTexts(renderer, "path_params", Landing::kText, &result.path_params);
  }
  if (status.ok()) status = RenderTexts(renderer, "query", Landing::kText, &result.query);
  if (status.ok()) status = RenderTexts(renderer, "headers", Landing::kHeader, &result.headers);
  if (status.ok()) status = RenderBody(renderer, content_type, &result);
  if (!status.ok()) return status;
  return result;
}

}  // namespace scheduler::dispatch
