#include "scheduler/core/schedule/stretches.h"

#include <algorithm>

namespace scheduler::core {

Stretches::Stretches(std::vector<Stretch> all) {
  std::sort(all.begin(), all.end(),
            [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
  for (const Stretch& stretch : all) {
    if (stretch.begin >= stretch.end) continue;
    if (!list_.empty() && stretch.begin <= list_.back().end) {
      list_.back().end = std::max(list_.back().end, stretch.end);
    } else {
      list_.push_back(stretch);
    }
  }
}

std::optional<Stretch> Stretches::Around(int64_t second) const {
  auto it = std::upper_bound(list_.begin(), list_.end(), second,
                             [](int64_t t, const Stretch& stretch) { return t < stretch.begin; });
  if (it == list_.begin() || (--it)->end <= second) return std::nullopt;
  return *it;
}

std::optional<int64_t> Stretches::FirstFrom(int64_t second) const {
  const auto it =
      std::upper_bound(list_.begin(), list_.end(), second,
                       [](int64_t t, const Stretch& stretch) { return t < stretch.end; });
  if (it == list_.end()) return std::nullopt;
  return std::max(it->begin, second);
}

}  // namespace scheduler::core
