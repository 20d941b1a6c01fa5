#ifndef TESTS_SUPPORT_PYTHON_PACKAGES_H_
#define TESTS_SUPPORT_PYTHON_PACKAGES_H_

#include <string>

#include "tests/support/child_process.h"

namespace support {

// The PYTHONPATH of the packages in tests/support/<name>_requirements.txt, which are brought the first time; empty
// if they cannot be had. A test without is skipped.
inline std::string PythonPackages(const std::string& name) {
  const TempDir dir;
  const std::string out = dir.File("out");
  const int code = RunCommand(
      {"/bin/sh", "-c", "tests/support/python_setup.sh " + name + " > " + out}, dir.File("log"));
  if (code != 0) return "";
  std::string path = ReadFile(out);
  while (!path.empty() && path.back() == '\n') path.pop_back();
  return path;
}

}  // namespace support

#endif  // TESTS_SUPPORT_PYTHON_PACKAGES_H_
