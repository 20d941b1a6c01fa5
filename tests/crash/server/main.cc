// The crash tests' server: the service, assembled of the same parts, on a file system that keeps unsynced
// bytes in the process, so that kill -9 loses them as a power cut does; on request with one seeded bug.
//
// Usage: ductape-jobsd-crash [--fault NAME] FLAGS OF ductape-jobsd
//        ductape-jobsd-crash --list-faults

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/store/rocksdb/rocks_store.h"
#include "server/run_server.h"
#include "tests/crash/server/fault.h"
#include "tests/support/store/unsynced_file_system.h"

namespace tests::crash {
namespace {

constexpr int kUsage = 2;
// How many appends of a hundred send a part of what waits ahead of its sync, so that a kill leaves files
// cut anywhere.
constexpr int kWritebackPercent = 20;

std::unique_ptr<Fault> MakeFault(const std::string& name) {
  for (const FaultEntry& entry : Faults()) {
    if (entry.name == name) return entry.make();
  }
  return nullptr;
}

// What the server is built of. `fault` outlives it.
server::BackendHooks Hooks(Fault* fault, const base::Clock* clock) {
  server::BackendHooks hooks;
  hooks.open_store = [fault, clock](const server::ServerConfig& config) {
    store::RocksOptions options;
    options.data_dir = config.data_dir;
    options.file_system = fault->Files(
        std::make_shared<UnsyncedFileSystem>(rocksdb::FileSystem::Default(), kWritebackPercent,
                                             static_cast<uint64_t>(clock->WallNow())));
    return store::OpenRocksStore(options);
  };
  hooks.clock = [fault](const base::Clock* c) { return fault->Clock(c); };
  hooks.store = [fault](store::Store* s) { return fault->Store(s); };
  hooks.port = [fault](core::RunPort* port, engine::Engine* e) { return fault->Port(port, e); };
  hooks.service = [fault](engine::Service* service) { return fault->Service(service); };
  return hooks;
}

int Main(std::vector<std::string> args) {
  if (args.size() == 1 && args[0] == "--list-faults") {
    for (const FaultEntry& entry : Faults()) std::cout << entry.name << "\n";
    return 0;
  }
  auto fault = std::make_unique<Fault>();
  if (!args.empty() && args[0] == "--fault") {
    fault = args.size() < 2 ? nullptr : MakeFault(args[1]);
    if (fault == nullptr) {
      std::cerr << "ductape-jobsd-crash: no such fault; --list-faults names them\n";
      return kUsage;
    }
    args.erase(args.begin(), args.begin() + 2);
  }
  const base::SystemClock clock;
  return server::RunServer(args, &clock, Hooks(fault.get(), &clock));
}

}  // namespace
}  // namespace tests::crash

int main(int argc, char** argv) {
  return tests::crash::Main(std::vector<std::string>(argv + 1, argv + argc));
}
