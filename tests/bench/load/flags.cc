#include "tests/bench/load/flags.h"

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

[[noreturn]] void Refuse(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(2);
}

}  // namespace

Flags::Flags(int argc, char** argv, int first) {
  for (int i = first; i < argc; i += 2) {
    const std::string name = argv[i];
    if (name.rfind("--", 0) != 0 || i + 1 >= argc) Refuse("expected --name value at " + name);
    given_[name.substr(2)] = argv[i + 1];
  }
}

int64_t Flags::Int(const std::string& name, int64_t fallback) {
  const std::string text = Text(name, std::to_string(fallback));
  char* end = nullptr;
  const int64_t value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0') Refuse("--" + name + " wants a number, not " + text);
  return value;
}

std::string Flags::Text(const std::string& name, const std::string& fallback) {
  asked_[name] = true;
  const auto found = given_.find(name);
  return found == given_.end() ? fallback : found->second;
}

void Flags::RefuseUnknown() const {
  for (const auto& [name, value] : given_) {
    if (asked_.count(name) == 0) Refuse("unknown flag --" + name);
  }
}

}  // namespace bench
