#ifndef TESTS_CRASH_SERVER_FAULT_H_
#define TESTS_CRASH_SERVER_FAULT_H_

#include <memory>
#include <string_view>
#include <vector>

#include "rocksdb/file_system.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/run_port.h"
#include "scheduler/engine/engine.h"
#include "scheduler/engine/service.h"
#include "scheduler/store/store.h"

// Seeded bugs for the crash tests' server: each breaks one promise of the service at one of its seams,
// and the checker must flag it. The service itself knows nothing of them.
namespace tests::crash {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace store = scheduler::store;

// One bug. Each method puts a decorator around a part, or returns it as it is; the decorators are
// owned by the fault, which outlives the server. Each is called once, before the server serves.
class Fault {
 public:
  virtual ~Fault() = default;

  virtual std::shared_ptr<rocksdb::FileSystem> Files(std::shared_ptr<rocksdb::FileSystem> files) {
    return files;
  }
  virtual const base::Clock* Clock(const base::Clock* clock) { return clock; }
  virtual store::Store* Store(store::Store* store) { return store; }
  // What dispatch asks; `engine` is the one behind `port`.
  virtual core::RunPort* Port(core::RunPort* port, engine::Engine* /*engine*/) { return port; }
  virtual engine::Service* Service(engine::Service* service) { return service; }
};

struct FaultEntry {
  std::string_view name;
  std::unique_ptr<Fault> (*make)();
};

// All faults by name.
const std::vector<FaultEntry>& Faults();

std::unique_ptr<Fault> AcknowledgeBeforeSync();
std::unique_ptr<Fault> CountAfterDispatch();
std::unique_ptr<Fault> ForgetTimers();
std::unique_ptr<Fault> DropLastEntry();
std::unique_ptr<Fault> ResendAcknowledged();
std::unique_ptr<Fault> RunAfterDelete();
std::unique_ptr<Fault> EarlyFire();
std::unique_ptr<Fault> LostUpdate();
std::unique_ptr<Fault> DoubleNumber();
std::unique_ptr<Fault> ForgottenCatchup();
std::unique_ptr<Fault> AcceptStaleToken();
std::unique_ptr<Fault> CountRetry();

}  // namespace tests::crash

#endif  // TESTS_CRASH_SERVER_FAULT_H_
