#ifndef TESTS_CRASH_SERVER_READING_STORE_H_
#define TESTS_CRASH_SERVER_READING_STORE_H_

#include <map>

#include "scheduler/core/transitions.h"
#include "tests/crash/server/forwarding_store.h"

namespace tests::crash {

// A store whose journal ends, when it is read back, with transitions that nobody wrote: what a server
// believes after a recovery that goes wrong. What is on disk stays right.
class ReadingStore : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  absl::Status ReadJournal(
      Position after,
      absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const override;

 protected:
  // The jobs that stand at the journal's end, with their last definition.
  using Standing = std::map<scheduler::core::Uid, scheduler::core::JobDefined>;
  // What is added to the last entry.
  virtual scheduler::core::Transitions AtEnd(const Standing& jobs) const = 0;
};

}  // namespace tests::crash

#endif  // TESTS_CRASH_SERVER_READING_STORE_H_
