#include "client/jobctl/print/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/jobctl/print/text_width.h"

namespace jobctl {
namespace {

constexpr size_t kGap = 2;

const char* ColorOf(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "\033[32m";
    case Tone::kBad:
      return "\033[31m";
    case Tone::kBusy:
      return "\033[33m";
    case Tone::kFaint:
      return "\033[2m";
    case Tone::kPlain:
      return "";
  }
  return "";
}

std::string Shown(const Cell& cell) { return cell.text.empty() ? "-" : Printable(cell.text); }

}  // namespace

std::string Painted(const std::string& text, Tone tone, bool color) {
  if (!color || tone == Tone::kPlain) return text;
  return absl::StrCat(ColorOf(tone), text, "\033[0m");
}

Table::Table(std::vector<std::string> header, bool color)
    : header_(std::move(header)), color_(color) {
  for (const std::string& name : header_) widths_.push_back(DisplayWidth(name));
}

void Table::Write(const std::vector<Row>& rows, std::ostream& out) {
  for (const Row& row : rows) {
    for (size_t i = 0; i < widths_.size(); ++i) {
      widths_[i] = std::max(widths_[i], DisplayWidth(Shown(row[i])));
    }
  }
  if (!header_written_) {
    Row header;
    for (const std::string& name : header_) header.push_back({name, Tone::kFaint});
    WriteLine(header, out);
    header_written_ = true;
  }
  for (const Row& row : rows) WriteLine(row, out);
}

void Table::WriteLine(const Row& row, std::ostream& out) const {
  std::string line;
  for (size_t i = 0; i < widths_.size(); ++i) {
    const std::string text = Shown(row[i]);
    absl::StrAppend(&line, Painted(text, row[i].tone, color_));
    // No blanks at the end of a line.
    if (i + 1 < widths_.size()) line.append(widths_[i] - DisplayWidth(text) + kGap, ' ');
  }
  out << line << "\n";
}

void WriteFields(const std::vector<std::pair<std::string, Cell>>& fields, bool color,
                 std::ostream& out) {
  size_t width = 0;
  for (const auto& [label, cell] : fields) {
    if (!cell.text.empty()) width = std::max(width, DisplayWidth(label));
  }
  for (const auto& [label, cell] : fields) {
    if (cell.text.empty()) continue;
    out << Painted(label, Tone::kFaint, color)
        << std::string(width - DisplayWidth(label) + kGap, ' ')
        << Painted(Printable(cell.text), cell.tone, color) << "\n";
  }
}

}  // namespace jobctl
