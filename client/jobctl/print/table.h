#ifndef CLIENT_JOBCTL_PRINT_TABLE_H_
#define CLIENT_JOBCTL_PRINT_TABLE_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace jobctl {

// What a cell says about how things stand; shown as a colour where there are colours.
enum class Tone { kPlain, kGood, kBad, kBusy, kFaint };

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

using Row = std::vector<Cell>;

// `text` in the colour of its tone, or as it is.
std::string Painted(const std::string& text, Tone tone, bool color);

// A table that is written page by page, so that a long list neither waits for its end nor stands
// in memory: columns are as wide as what has been seen so far, and never get narrower.
class Table {
 public:
  Table(std::vector<std::string> header, bool color);

  // Writes the rows, with the header before the first ones. Every row has as many cells as the
  // header. An empty cell is written as `-`; texts are made Printable (text_width.h).
  void Write(const std::vector<Row>& rows, std::ostream& out);

 private:
  void WriteLine(const Row& row, std::ostream& out) const;

  const std::vector<std::string> header_;
  const bool color_;
  std::vector<size_t> widths_;
  bool header_written_ = false;
};

// Lines of `label  text`, the texts under one another; those with an empty text are left out.
void WriteFields(const std::vector<std::pair<std::string, Cell>>& fields, bool color,
                 std::ostream& out);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_TABLE_H_
