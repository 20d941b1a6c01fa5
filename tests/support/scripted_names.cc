#include "tests/support/scripted_names.h"

#include <dlfcn.h>
#include <netdb.h>

#include <map>

#include "scheduler/base/mutex.h"

namespace support {
namespace {

struct Name {
  std::string address;
  int look_ups = 0;
};

struct Names {
  scheduler::base::Mutex mu;
  std::map<std::string, Name> by_name ABSL_GUARDED_BY(mu);
};

Names& All() {
  static Names* const names = new Names();
  return *names;
}

// Its address; empty if the name is none of ours.
std::string AddressOf(const char* name) {
  if (name == nullptr) return "";
  Names& names = All();
  scheduler::base::MutexLock lock(&names.mu);
  const auto found = names.by_name.find(name);
  if (found == names.by_name.end()) return "";
  ++found->second.look_ups;
  return found->second.address;
}

}  // namespace

void NameHost(const std::string& name, const std::string& address) {
  Names& names = All();
  scheduler::base::MutexLock lock(&names.mu);
  names.by_name[name] = {address, 0};
}

int LookUpsOf(const std::string& name) {
  Names& names = All();
  scheduler::base::MutexLock lock(&names.mu);
  return names.by_name[name].look_ups;
}

}  // namespace support

// The program's own goes before the library's, which answers for all that is not scripted, and makes the answer for
// what is: it is freed by the library.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** results) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string address = support::AddressOf(name);
  return real(address.empty() ? name : address.c_str(), service, hints, results);
}
