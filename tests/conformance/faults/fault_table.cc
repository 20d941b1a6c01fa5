#include "tests/conformance/faults/fault_table.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "tests/support/child_process.h"

namespace conformance {
namespace {

// The cells of a line "| a | b |".
std::vector<std::string> CellsOf(const std::string& line) {
  std::vector<std::string> cells = absl::StrSplit(line, '|');
  if (cells.size() < 3) return {};
  cells.erase(cells.begin());
  cells.pop_back();
  for (std::string& cell : cells) cell = std::string(absl::StripAsciiWhitespace(cell));
  return cells;
}

// The column of `kind`; 0, which is that of the rows' words, if there is none.
size_t PlaceOf(const std::string& kind, const std::vector<std::string>& head) {
  for (size_t i = 1; i < head.size(); ++i) {
    const std::vector<std::string> kinds = absl::StrSplit(head[i], ", ");
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return i;
  }
  return 0;
}

}  // namespace

std::map<std::string, std::string> ColumnOf(const std::string& kind) {
  std::map<std::string, std::string> column;
  std::istringstream page(support::ReadFile("docs/events/faults.md"));
  size_t place = 0;
  for (std::string line; std::getline(page, line);) {
    const std::vector<std::string> cells = CellsOf(line);
    if (cells.empty()) {
      place = 0;  // a table has ended
    } else if (place == 0) {
      place = PlaceOf(kind, cells);
    } else if (place < cells.size()) {
      column[cells[0]] = cells[place];
    }
  }
  return column;
}

}  // namespace conformance
