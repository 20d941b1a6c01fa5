#ifndef TESTS_CONFORMANCE_CLIENTS_CPP_RUNNER_H_
#define TESTS_CONFORMANCE_CLIENTS_CPP_RUNNER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "calls.h"
#include "ductape/jobs/client.h"
#include "handler.h"

namespace scenario {

// Takes the steps of a scenario; README.md in the folder above says what they mean. What goes wrong
// is thrown, as a std::exception that says why. Not thread-safe.
class Runner {
 public:
  // Uses a product that no earlier run used.
  explicit Runner(const std::string& address);

  void Take(const Json& step);

 private:
  void TakeCall(const Json& step);
  absl::StatusOr<Json> Call(const Json& step);
  // Of a call that must succeed.
  Json Answer(const Json& step);
  Json AwaitAnswer(const Json& step);
  void ExpectError(const Json& step);

  void TakeWorker(const Json& step);
  void Start(const Json& step);
  void Drain(const Json& step);
  // Takes it out of those that work.
  std::unique_ptr<ductape::jobs::Worker> Take(const std::string& worker);

  // The value with the variables put in.
  Json Fill(const Json& value) const;
  std::string FillText(const std::string& text) const;

  ductape::jobs::ClientOptions options_;
  std::unique_ptr<ductape::jobs::Client> client_;
  Handler handler_;
  std::map<std::string, std::unique_ptr<ductape::jobs::Worker>> workers_;
  std::map<std::string, std::string> variables_;
};

}  // namespace scenario

#endif  // TESTS_CONFORMANCE_CLIENTS_CPP_RUNNER_H_
