#ifndef CLIENT_JOBCTL_PRINT_PROGRESS_H_
#define CLIENT_JOBCTL_PRINT_PROGRESS_H_

#include <cstddef>
#include <string>

#include "client/jobctl/io.h"

namespace jobctl {

// How far long work is, as one line on stderr that is drawn again and again, where that is a
// terminal: `applied  [=========>          ] 450 of 1000`. It comes up once the work has taken half
// a second, changes ten times a second at most, and is gone at the end. It has no colours.
class Progress {
 public:
  // `done_word` says what is done with each. `total` 0: how many is not known.
  Progress(Io& io, std::string done_word, size_t total);
  ~Progress() { Hide(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Advance(size_t count = 1);

  // Takes the line away, so that something else can be written; the next Advance may draw it again.
  void Hide();

 private:
  void Draw();

  Io& io_;
  const std::string done_word_;
  const size_t total_;
  size_t done_ = 0;
  absl::Time next_draw_;
  bool shown_ = false;
};

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_PROGRESS_H_
