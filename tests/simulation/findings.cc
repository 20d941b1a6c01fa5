#include "tests/simulation/findings.h"

#include <cstdio>

namespace sim {

void Findings::Print(const std::string& line) const {
  std::printf("%12lld  %s\n", now_, line.c_str());
}

}  // namespace sim
