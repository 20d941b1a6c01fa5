#include "scheduler/core/notification/phone_number.h"

#include <algorithm>

namespace scheduler::core {

bool IsPhoneNumber(std::string_view text) {
  if (text.size() < 8 || text.size() > 16 || text[0] != '+' || text[1] == '0') return false;
  return std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace scheduler::core
