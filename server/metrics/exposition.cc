#include "server/metrics/exposition.h"

#include <array>
#include <charconv>
#include <cmath>

#include "server/strings.h"

namespace server {
namespace {

std::string Number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (std::isnan(value)) return "NaN";
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

void AppendEscaped(std::string_view value, std::string* out) {
  for (const char c : value) {
    if (c == '\n') {
      out->append("\\n");
      continue;
    }
    if (c == '\\' || c == '"') out->push_back('\\');
    out->push_back(c);
  }
}

}  // namespace

void Exposition::Family(std::string_view name, std::string_view type, std::string_view help) {
  family_ = name;
  StrAppend(&text_, "# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n");
}

void Exposition::Sample(double value, const Labels& labels) { Line("", labels, Number(value)); }

void Exposition::Sample(int64_t value, const Labels& labels) { Line("", labels, StrCat(value)); }

void Exposition::Histogram(absl::Span<const double> bounds, absl::Span<const int64_t> counts,
                           double sum, const Labels& labels) {
  Labels with_bound = labels;
  with_bound.emplace_back("le", "");
  int64_t total = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    with_bound.back().second = i < bounds.size() ? Number(bounds[i]) : "+Inf";
    Line("_bucket", with_bound, StrCat(total));
  }
  Line("_sum", labels, Number(sum));
  Line("_count", labels, StrCat(total));
}

void Exposition::Line(std::string_view suffix, const Labels& labels, std::string_view value) {
  StrAppend(&text_, family_, suffix);
  char separator = '{';
  for (const auto& [name, text] : labels) {
    text_.push_back(separator);
    separator = ',';
    StrAppend(&text_, name, "=\"");
    AppendEscaped(text, &text_);
    text_.push_back('"');
  }
  if (!labels.empty()) text_.push_back('}');
  StrAppend(&text_, " ", value, "\n");
}

}  // namespace server
