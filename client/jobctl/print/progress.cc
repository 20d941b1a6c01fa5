#include "client/jobctl/print/progress.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace jobctl {
namespace {

constexpr absl::Duration kFirst = absl::Milliseconds(500);
constexpr absl::Duration kBetween = absl::Milliseconds(100);
constexpr size_t kWidth = 30;

std::string Bar(size_t done, size_t total) {
  const size_t filled = std::min(done, total) * kWidth / total;
  std::string bar(filled, '=');
  if (filled < kWidth) bar.append(">").append(kWidth - filled - 1, ' ');
  return absl::StrCat("[", bar, "] ", done, " of ", total);
}

}  // namespace

Progress::Progress(Io& io, std::string done_word, size_t total)
    : io_(io), done_word_(std::move(done_word)), total_(total), next_draw_(io.now() + kFirst) {}

void Progress::Advance(size_t count) {
  done_ += count;
  if (!io_.progress || io_.now() < next_draw_) return;
  next_draw_ = io_.now() + kBetween;
  Draw();
}

void Progress::Hide() {
  if (!shown_) return;
  // To the beginning of the line, and clear it.
  io_.err << "\r\033[K" << std::flush;
  shown_ = false;
}

void Progress::Draw() {
  io_.err << "\r\033[K" << done_word_ << "  "
          << (total_ == 0 ? absl::StrCat(done_) : Bar(done_, total_)) << std::flush;
  shown_ = true;
}

}  // namespace jobctl
