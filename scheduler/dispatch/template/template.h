#ifndef SCHEDULER_DISPATCH_TEMPLATE_TEMPLATE_H_
#define SCHEDULER_DISPATCH_TEMPLATE_TEMPLATE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace scheduler::dispatch {

// Whether `text` has anything to fill in: a text without "{{" is sent as it stands.
inline bool HasTemplate(std::string_view text) { return text.find("{{") != std::string_view::npos; }

// A template, read once: mustache (mustache.5) without partials, lambdas and other delimiters.
//
//   {{name}}                    the value, escaped for where it lands
//   {{{name}}}, {{& name}}      the value as it is
//   {{#name}}…{{/name}}         for each element of a list; once for what else is something
//   {{^name}}…{{/name}}         once, if it is false, empty or not defined
//   {{! text }}                 nothing
//   {{.}}                       the element of the section around; outside of sections the input
//
// A name is one or more parts with dots in between, each of letters, digits, `_ - $ @ :` and
// characters above ASCII. As the specification says, a line on which a section's tag or a comment
// stands alone is left out.
//
// A plain value: copying copies it, reading it is thread-safe.
class Template {
 public:
  enum class Kind : uint8_t { kText, kValue, kRaw, kSection, kInverted };

  struct Node {
    Kind kind = Kind::kText;
    std::string text;      // of kText; else the name
    size_t character = 0;  // where it begins in the template, from 1
    // Of sections: the index of the node behind their content, which follows them directly.
    size_t end = 0;
  };

  // INVALID_ARGUMENT whose message begins with "at character N, " and says what would be right: a
  // tag that is not closed, a section that is not closed or not opened, no name, what is not
  // supported (above), more than limits::kMaxTemplateDepth sections in each other, a name above
  // limits::kMaxTemplateNameBytes.
  static absl::StatusOr<Template> Parse(std::string_view text);

  const std::vector<Node>& nodes() const { return nodes_; }

  // The text with `value` in the place of each value and all sections passed through once: the form
  // that renderings have, for checks of what is around the values.
  std::string Outline(std::string_view value) const;

 private:
  std::vector<Node> nodes_;
};

// "at character N, `what`", which errors about templates say.
absl::Status TemplateFault(size_t character, std::string_view what);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_TEMPLATE_H_
