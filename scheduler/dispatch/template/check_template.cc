#include "scheduler/dispatch/template/check_template.h"

#include <optional>
#include <string>

#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/template/scope.h"
#include "scheduler/dispatch/template/template.h"

namespace scheduler::dispatch {
namespace {

using Kind = Template::Kind;

std::optional<std::string> FaultOf(const Template::Node& node, Secrets secrets) {
  const std::string_view name = node.text;
  const bool section = node.kind == Kind::kSection || node.kind == Kind::kInverted;
  if (name.substr(0, name.find('.')) == "secrets") {
    if (secrets == Secrets::kNone) {
      return "templates cannot name secrets here: input.secrets is the input's member";
    }
    if (section) return "a secret cannot be asked for by a section: write {{secrets.NAME}}";
  }
  return Scope::FaultOf(name);
}

absl::Status Check(const Template& text, Landing landing, Secrets secrets) {
  JsonPlace place;
  for (const Template::Node& node : text.nodes()) {
    if (node.kind == Kind::kText) {
      if (landing == Landing::kJson) place.Read(node.text);
      continue;
    }
    if (const std::optional<std::string> fault = FaultOf(node, secrets)) {
      return TemplateFault(node.character, *fault);
    }
    if (node.kind == Kind::kValue && place.in_escape()) {
      return TemplateFault(node.character,
                           "a value cannot stand behind a backslash: leave the backslash out");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTemplate(std::string_view field, std::string_view text, Landing landing,
                           Secrets secrets) {
  if (!HasTemplate(text)) return absl::OkStatus();
  const absl::StatusOr<Template> parsed = Template::Parse(text);
  const absl::Status status = parsed.ok() ? Check(*parsed, landing, secrets) : parsed.status();
  if (status.ok()) return status;
  return base::errors::TemplateInvalid(field, base::FromAbsl(status.message()));
}

bool HasTagBeforePath(std::string_view url) {
  const size_t tag = url.find("{{");
  const size_t scheme = url.find("://");
  if (tag == url.npos || scheme == url.npos) return tag != url.npos;
  return tag < url.find_first_of("/?#", scheme + 3);
}

}  // namespace scheduler::dispatch
