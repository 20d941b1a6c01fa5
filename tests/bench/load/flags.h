#ifndef TESTS_BENCH_LOAD_FLAGS_H_
#define TESTS_BENCH_LOAD_FLAGS_H_

#include <cstdint>
#include <map>
#include <string>

namespace bench {

// The `--name value` pairs of a command line. A program that is given something else, or asks for
// a flag with a value that is no number, ends with exit code 2 and says why on stderr.
class Flags {
 public:
  // Reads argv[first] and what follows.
  Flags(int argc, char** argv, int first);

  int64_t Int(const std::string& name, int64_t fallback);
  std::string Text(const std::string& name, const std::string& fallback);

  // Ends the program if a flag was given that nobody asked for.
  void RefuseUnknown() const;

 private:
  std::map<std::string, std::string> given_;
  std::map<std::string, bool> asked_;
};

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_FLAGS_H_
