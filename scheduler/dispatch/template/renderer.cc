#include "scheduler/dispatch/template/renderer.h"

#include <algorithm>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

namespace limits = base::limits;
using base::StrCat;
using Kind = Template::Kind;
using Node = Template::Node;
using nlohmann::json;

constexpr std::string_view kSecrets = "secrets.";

bool IsControl(char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }

bool IsSecret(std::string_view name) {
  return name == "secrets" || name.substr(0, kSecrets.size()) == kSecrets;
}

bool HoldsSomething(const json* value) {
  if (value == nullptr || value->is_null()) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_string() || value->is_array()) {
    return value->is_string() ? !value->get_ref<const std::string&>().empty() : !value->empty();
  }
  return true;
}

// One rendering. Its errors have the template's character and not yet the field.
class Rendering {
 public:
  // `steps` and `bytes` are what was used up, and then is.
  Rendering(const std::vector<Node>& nodes, const Scope& scope, const RenderOptions& options,
            Landing landing, size_t* steps, size_t* bytes)
      : nodes_(nodes),
        scope_(scope),
        options_(options),
        landing_(landing),
        steps_(*steps),
        bytes_(*bytes) {}

  absl::StatusOr<std::string> Run() {
    absl::Status status = Pass(0, nodes_.size());
    if (!status.ok()) return status;
    return std::move(out_);
  }

 private:
  // Recurses as deep as sections are in each other, which the parser bounds.
  absl::Status Pass(size_t begin, size_t end) {
    for (size_t at = begin; at < end;) {
      const Node& node = nodes_[at];
      absl::Status status = Step(node);
      if (status.ok()) status = Take(node, at + 1);
      if (!status.ok()) return status;
      at = std::max(node.end, at + 1);
    }
    return absl::OkStatus();
  }

  absl::Status Step(const Node& node) {
    if (++steps_ <= limits::kMaxTemplateSteps) return absl::OkStatus();
    return TemplateFault(node.character,
                         StrCat("there is more to do than ", limits::kMaxTemplateSteps,
                                " tags and passes through sections"));
  }

  absl::Status Take(const Node& node, size_t next) {
    switch (node.kind) {
      case Kind::kText:
        return Append(node, node.text);
      case Kind::kValue:
      case Kind::kRaw:
        return Value(node);
      case Kind::kSection:
      case Kind::kInverted:
        return Section(node, next);
    }
    return absl::OkStatus();
  }

  absl::Status Section(const Node& node, size_t begin) {
    if (IsSecret(node.text)) {
      return TemplateFault(node.character, "a secret cannot be asked for by a section");
    }
    const json* const value = Find(node.text);
    const bool holds = HoldsSomething(value);
    if (node.kind == Kind::kInverted) {
      return holds ? absl::OkStatus() : Pass(begin, node.end);
    }
    if (!holds) return absl::OkStatus();
    if (!value->is_array()) return PassWith(*value, node, begin);
    for (const json& element : *value) {
      absl::Status status = PassWith(element, node, begin);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status PassWith(const json& element, const Node& node, size_t begin) {
    absl::Status status = Step(node);
    if (!status.ok()) return status;
    around_.push_back(&element);
    status = Pass(begin, node.end);
    around_.pop_back();
    return status;
  }

  // Null if nothing has this name.
  const json* Find(std::string_view name) const {
    if (name == ".") return around_.empty() ? scope_.Peek("input") : around_.back();
    const size_t dot = name.find('.');
    const std::string_view first = name.substr(0, dot);
    if (Scope::IsReserved(first)) return scope_.Peek(name);
    // The first part says which of what is around is meant; the rest must be there.
    for (auto it = around_.rbegin(); it != around_.rend(); ++it) {
      const json* const found = Scope::Within(**it, first);
      if (found == nullptr) continue;
      return dot == name.npos ? found : Scope::Within(*found, name.substr(dot + 1));
    }
    return scope_.Peek(name);
  }

  absl::Status Value(const Node& node) {
    if (IsSecret(node.text)) return Secret(node);
    const json* const value = Find(node.text);
    if (value == nullptr) {
      const absl::Status missing = scope_.Find(node.text).status();
      const std::string undefined = StrCat("\"", node.text, "\" is not defined");
      return TemplateFault(node.character,
                           missing.ok() ? undefined : std::string(missing.message()));
    }
    return Land(node, TextOf(*value), value->is_string() ? nullptr : value);
  }

  absl::Status Secret(const Node& node) {
    if (options_.read_secret == nullptr || node.text.size() <= kSecrets.size()) {
      return TemplateFault(node.character,
                           StrCat("\"", node.text, "\" is not defined: no secrets are to be had"));
    }
    const absl::StatusOr<base::SecretText> secret =
        options_.read_secret(std::string_view(node.text).substr(kSecrets.size()));
    if (!secret.ok()) return secret.status();
    return Land(node, std::string(secret->view()), nullptr);
  }

  // `text` is a string's, or that of `value`.
  absl::Status Land(const Node& node, const std::string& text, const json* value) {
    if (landing_ == Landing::kHeader && std::any_of(text.begin(), text.end(), IsControl)) {
      return TemplateFault(node.character, StrCat("the value of \"", node.text,
                                                  "\" has a control character, which no header "
                                                  "can have"));
    }
    if (node.kind == Kind::kRaw) return Append(node, text);
    switch (landing_) {
      case Landing::kText:
      case Landing::kHeader:
        return Append(node, text);
      case Landing::kUrl:
        return Append(node, PercentEncode(text));
      case Landing::kHtml:
        return Append(node, HtmlOf(text));
      case Landing::kJson:
        break;
    }
    if (place_.in_escape()) {
      return TemplateFault(node.character, "a value cannot stand behind a backslash");
    }
    // Neither leaves the place that it is put into, so that the place need not read it.
    if (place_.in_string()) return Write(node, JsonContentOf(text));
    return Write(node, value != nullptr ? text : JsonOf(json(text)));
  }

  // What the template says itself.
  absl::Status Append(const Node& node, std::string_view text) {
    if (landing_ == Landing::kJson) place_.Read(text);
    return Write(node, text);
  }

  absl::Status Write(const Node& node, std::string_view text) {
    if (text.size() > limits::kMaxRenderedBytes - bytes_) {
      return TemplateFault(node.character, StrCat("the target's texts become larger than ",
                                                  limits::kMaxRenderedBytes, " bytes"));
    }
    bytes_ += text.size();
    out_.append(text);
    return absl::OkStatus();
  }

  const std::vector<Node>& nodes_;
  const Scope& scope_;
  const RenderOptions& options_;
  const Landing landing_;
  std::vector<const json*> around_;  // the elements of the sections around, the innermost last
  size_t& steps_;
  size_t& bytes_;
  JsonPlace place_;  // for kJson
  std::string out_;
};

absl::Status WithField(std::string_view field, const absl::Status& status) {
  return absl::Status(status.code(),
                      StrCat("the template of ", field, ": ", base::FromAbsl(status.message())));
}

}  // namespace

absl::StatusOr<std::string> Renderer::Render(std::string_view field, std::string_view text,
                                             Landing landing) const {
  if (!HasTemplate(text)) return std::string(text);
  const absl::StatusOr<Template> parsed = Template::Parse(text);
  if (!parsed.ok()) return WithField(field, parsed.status());
  return Render(field, *parsed, landing);
}

absl::StatusOr<std::string> Renderer::Render(std::string_view field, const Template& text,
                                             Landing landing) const {
  return Render(field, text, landing, options_);
}

absl::StatusOr<std::string> Renderer::RenderWithoutSecrets(std::string_view field,
                                                           std::string_view text,
                                                           Landing landing) const {
  if (!HasTemplate(text)) return std::string(text);
  const absl::StatusOr<Template> parsed = Template::Parse(text);
  if (!parsed.ok()) return WithField(field, parsed.status());
  return Render(field, *parsed, landing, RenderOptions());
}

absl::StatusOr<std::string> Renderer::Render(std::string_view field, const Template& text,
                                             Landing landing, const RenderOptions& options) const {
  absl::StatusOr<std::string> result =
      Rendering(text.nodes(), scope_, options, landing, &steps_, &bytes_).Run();
  if (!result.ok()) return WithField(field, result.status());
  return result;
}

}  // namespace scheduler::dispatch
