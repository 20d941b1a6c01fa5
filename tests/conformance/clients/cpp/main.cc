// Takes the steps of the clients' scenario with the installed C++ client.
//
// Usage: scenario ADDRESS SCENARIO_FILE
//
// Prints `ok STEP` or `FAIL STEP: why` for each step, and `N passed, N failed` last. Exit codes: 0
// all passed, 1 some failed, 2 wrong usage.
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "runner.h"

namespace {

bool Take(scenario::Runner& runner, const scenario::Json& step) {
  const std::string name = step.at("step");
  try {
    runner.Take(step);
    std::cout << "ok " << name << std::endl;
    return true;
  } catch (const std::exception& e) {
    std::cout << "FAIL " << name << ": " << e.what() << std::endl;
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: scenario ADDRESS SCENARIO_FILE\n";
    return 2;
  }
  std::ifstream file(argv[2]);
  const scenario::Json steps = scenario::Json::parse(file).at("steps");
  scenario::Runner runner(argv[1]);
  int passed = 0;
  int failed = 0;
  for (const scenario::Json& step : steps) ++(Take(runner, step) ? passed : failed);
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 1;
}
