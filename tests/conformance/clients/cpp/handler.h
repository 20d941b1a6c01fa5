#ifndef TESTS_CONFORMANCE_CLIENTS_CPP_HANDLER_H_
#define TESTS_CONFORMANCE_CLIENTS_CPP_HANDLER_H_

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "ductape/jobs/client.h"
#include "nlohmann/json.hpp"

namespace scenario {

// The handler of the scenario's workers: does what the input says, and notes what it saw.
// Thread-safe.
class Handler {
 public:
  void Handle(ductape::jobs::Task task);

  // The notes of the run, one for each time it was delivered, in order.
  nlohmann::json Seen(const std::string& run_id) const;
  // Opens the latch for good.
  void Release(const std::string& latch);

 private:
  size_t Note(const ductape::jobs::v1::Delivery& delivery, const nlohmann::json& input);
  // `latch` empty: for the cancel alone.
  void WaitFor(ductape::jobs::Task task, const std::string& latch, size_t note);
  bool IsOpen(const std::string& latch) const;

  mutable std::mutex mu_;
  std::vector<nlohmann::json> notes_;
  std::set<std::string> open_;
};

}  // namespace scenario

#endif  // TESTS_CONFORMANCE_CLIENTS_CPP_HANDLER_H_
