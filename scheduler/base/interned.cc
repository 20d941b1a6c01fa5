#include "scheduler/base/interned.h"

#include "absl/container/node_hash_set.h"
#include "scheduler/base/mutex.h"
#include "scheduler/base/strings.h"

namespace scheduler::base {
namespace {

struct Names {
  Mutex mu;
  absl::node_hash_set<std::string> set ABSL_GUARDED_BY(mu);
};

Names& AllNames() {
  static Names* const names = new Names;  // never destroyed: pointers outlive every owner
  return *names;
}

}  // namespace

const std::string* Intern(std::string_view text) {
  if (text.empty()) return nullptr;
  Names& names = AllNames();
  MutexLock lock(&names.mu);
  return &*names.set.emplace(text).first;
}

const std::string* FindInterned(std::string_view text) {
  Names& names = AllNames();
  MutexLock lock(&names.mu);
  const auto it = names.set.find(ToAbsl(text));
  return it == names.set.end() ? nullptr : &*it;
}

size_t InternedCount() {
  Names& names = AllNames();
  MutexLock lock(&names.mu);
  return names.set.size();
}

}  // namespace scheduler::base
