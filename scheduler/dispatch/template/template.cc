#include "scheduler/dispatch/template/template.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

namespace limits = base::limits;
using base::StrCat;
using Kind = Template::Kind;
using Node = Template::Node;

constexpr std::string_view kBlank = " \t\r\n";

bool IsNameCharacter(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         byte >= 0x80 || std::string_view("_-$@:").find(c) != std::string_view::npos;
}

// "." or parts with dots in between.
bool IsName(std::string_view name) {
  if (name == ".") return true;
  bool part = false;
  for (const char c : name) {
    if (c == '.' ? !part : !IsNameCharacter(c)) return false;
    part = c != '.';
  }
  return part;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<Node>> Parse() {
    for (size_t open = text_.find("{{"); open != text_.npos; open = text_.find("{{", at_)) {
      absl::Status status = Take(open);
      if (!status.ok()) return status;
    }
    AddText(at_, text_.size());
    if (open_.empty()) return std::move(nodes_);
    const Node& section = nodes_[open_.back()];
    return TemplateFault(section.character,
                         StrCat("section \"", section.text, "\" is not closed: add {{/",
                                section.text, "}} behind its content"));
  }

 private:
  // From "{{" to behind "}}".
  struct Tag {
    size_t begin = 0;
    size_t end = 0;
    char sigil = 0;  // one of # ^ / & ! {, or 0
    std::string_view name;
  };

  absl::Status Fault(size_t byte, std::string_view what) {
    return TemplateFault(CharacterAt(byte), what);
  }

  // The number of the character that begins at `byte`, from 1. REQUIRES: none asked before is
  // behind it.
  size_t CharacterAt(size_t byte) {
    for (; counted_ < byte; ++counted_) {
      if ((static_cast<uint8_t>(text_[counted_]) & 0xC0) != 0x80) ++characters_;
    }
    return characters_ + 1;
  }

  void AddText(size_t begin, size_t end) {
    if (begin >= end) return;
    nodes_.push_back(
        {Kind::kText, std::string(text_.substr(begin, end - begin)), CharacterAt(begin), 0});
  }

  // The text up to the tag at `open`, and the tag.
  absl::Status Take(size_t open) {
    const size_t text_begin = at_;
    size_t text_end = open;
    Tag tag;
    tag.begin = open;
    absl::Status status = Read(&tag);
    if (!status.ok()) return status;
    at_ = tag.end;
    if (tag.sigil != 0 && tag.sigil != '&' && tag.sigil != '{') LeaveLineOut(tag, &text_end);
    AddText(text_begin, text_end);
    return Add(tag);
  }

  absl::Status Read(Tag* tag) {
    const bool triple = text_.substr(tag->begin + 2, 1) == "{";
    const std::string_view closing = triple ? "}}}" : "}}";
    const size_t inside = tag->begin + (triple ? 3 : 2);
    const size_t close = text_.find(closing, inside);
    if (close == text_.npos) return NotClosed(*tag, triple);
    tag->end = close + closing.size();
    tag->name = Trim(text_.substr(inside, close - inside));
    if (triple) {
      tag->sigil = '{';
    } else if (!tag->name.empty() &&
               std::string_view("#^/&!>=").find(tag->name.front()) != std::string_view::npos) {
      tag->sigil = tag->name.front();
      tag->name = Trim(tag->name.substr(1));
    }
    return CheckName(*tag);
  }

  absl::Status NotClosed(const Tag& tag, bool triple) {
    return Fault(tag.begin, triple ? "{{{ is not closed: add }}}, or write a space between { and {{"
                                   : "{{ is not closed: add }}");
  }

  absl::Status CheckName(const Tag& tag) {
    if (tag.sigil == '!') return absl::OkStatus();
    if (tag.sigil == '>') {
      return Fault(tag.begin, "there are no partials: write the text itself");
    }
    if (tag.sigil == '=') {
      return Fault(tag.begin, "the delimiters cannot be changed: tags are {{name}}");
    }
    if (tag.name.empty()) return Fault(tag.begin, "there is no name between {{ and }}");
    if (tag.name.size() > limits::kMaxTemplateNameBytes) {
      return Fault(tag.begin,
                   StrCat("the name is longer than ", limits::kMaxTemplateNameBytes, " bytes"));
    }
    if (IsName(tag.name)) return absl::OkStatus();
    std::string what = StrCat("\"", ToMessage(tag.name, 64),
                              "\" is not a name: names are parts of letters, digits and _ - $ @ : "
                              "with dots in between");
    if (tag.sigil == '{') what += "; if {{{ is not meant, write a space between { and {{";
    return Fault(tag.begin, what);
  }

  // Where nothing but blanks stands around `tag` on its line, the line goes.
  void LeaveLineOut(const Tag& tag, size_t* text_end) {
    size_t begin = tag.begin;
    while (begin > 0 && (text_[begin - 1] == ' ' || text_[begin - 1] == '\t')) --begin;
    if (begin > 0 && text_[begin - 1] != '\n') return;
    size_t end = tag.end;
    while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
    if (text_.substr(end, 2) == "\r\n") ++end;
    if (end < text_.size() && text_[end] != '\n') return;
    *text_end = begin;
    at_ = std::min(end + 1, text_.size());
  }

  absl::Status Add(const Tag& tag) {
    switch (tag.sigil) {
      case '!':
        return absl::OkStatus();
      case '/':
        return CloseSection(tag);
      case '#':
      case '^':
        return OpenSection(tag);
      default:
        nodes_.push_back({tag.sigil == 0 ? Kind::kValue : Kind::kRaw, std::string(tag.name),
                          CharacterAt(tag.begin), 0});
        return absl::OkStatus();
    }
  }

  absl::Status OpenSection(const Tag& tag) {
    if (open_.size() == limits::kMaxTemplateDepth) {
      return Fault(tag.begin, StrCat("there are more than ", limits::kMaxTemplateDepth,
                                     " sections in each other"));
    }
    open_.push_back(nodes_.size());
    nodes_.push_back({tag.sigil == '#' ? Kind::kSection : Kind::kInverted, std::string(tag.name),
                      CharacterAt(tag.begin), 0});
    return absl::OkStatus();
  }

  absl::Status CloseSection(const Tag& tag) {
    if (open_.empty()) {
      return Fault(tag.begin, StrCat("{{/", tag.name, "}} closes no section: open it with {{#",
                                     tag.name, "}} before, or leave it out"));
    }
    Node& section = nodes_[open_.back()];
    if (section.text != tag.name) {
      return Fault(tag.begin, StrCat("{{/", tag.name, "}} stands where section \"", section.text,
                                     "\" is open: close that first, with {{/", section.text, "}}"));
    }
    section.end = nodes_.size();
    open_.pop_back();
    return absl::OkStatus();
  }

  const std::string_view text_;
  size_t at_ = 0;  // what is before it is in `nodes_`
  std::vector<Node> nodes_;
  std::vector<size_t> open_;  // the sections around, as indices of nodes_
  size_t counted_ = 0;        // bytes
  size_t characters_ = 0;     // that begin in them
};

}  // namespace

absl::Status TemplateFault(size_t character, std::string_view what) {
  return absl::InvalidArgumentError(StrCat("at character ", character, ", ", what));
}

absl::StatusOr<Template> Template::Parse(std::string_view text) {
  absl::StatusOr<std::vector<Node>> nodes = Parser(text).Parse();
  if (!nodes.ok()) return nodes.status();
  Template result;
  result.nodes_ = *std::move(nodes);
  return result;
}

std::string Template::Outline(std::string_view value) const {
  std::string out;
  for (const Node& node : nodes_) {
    if (node.kind == Kind::kText) out.append(node.text);
    if (node.kind == Kind::kValue || node.kind == Kind::kRaw) out.append(value);
  }
  return out;
}

}  // namespace scheduler::dispatch
