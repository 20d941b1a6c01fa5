#ifndef SCHEDULER_BASE_INTERNED_H_
#define SCHEDULER_BASE_INTERNED_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace scheduler::base {

// One pointer for each distinct text, valid until the process ends, so that records can hold a name
// in 8 bytes and compare it by its address. For short names of which a service sees few (products,
// environments, workers), never for tags or inputs: what was interned once is never freed.
// Thread-safe. Null for the empty text.
const std::string* Intern(std::string_view text);

// The pointer of a text that was interned before; null if it was not: for lookups, which must not
// keep what clients ask for.
const std::string* FindInterned(std::string_view text);

// How many distinct texts are interned.
size_t InternedCount();

// The text of an interned pointer; empty for null.
inline std::string_view TextOf(const std::string* interned) {
  return interned == nullptr ? std::string_view() : std::string_view(*interned);
}

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_INTERNED_H_
