#ifndef TESTS_BENCH_LOAD_REPORT_H_
#define TESTS_BENCH_LOAD_REPORT_H_

#include <cstdint>
#include <string>

namespace bench {

// One line of JSON on stdout: what a load program has to say.
class Report {
 public:
  Report& Add(const std::string& name, double value);
  Report& Add(const std::string& name, int64_t value);
  void Print() const;

 private:
  std::string body_;
};

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_REPORT_H_
