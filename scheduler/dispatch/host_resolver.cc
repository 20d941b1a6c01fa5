#include "scheduler/dispatch/host_resolver.h"

#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"

namespace scheduler::dispatch {

absl::StatusOr<std::vector<IpAddress>> LookUpHost(const std::string& host) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    return absl::UnavailableError("cannot resolve " + host + ": " + gai_strerror(error));
  }
  std::vector<IpAddress> addresses;
  for (const addrinfo* next = found; next != nullptr; next = next->ai_next) {
    const std::optional<Endpoint> endpoint = EndpointOf(next->ai_addr);
    if (!endpoint) continue;
    if (std::find(addresses.begin(), addresses.end(), endpoint->address) == addresses.end()) {
      addresses.push_back(endpoint->address);
    }
  }
  freeaddrinfo(found);
  if (addresses.empty()) return absl::UnavailableError(host + " has no address");
  return addresses;
}

// Outlives the resolver for as long as a look-up hangs.
struct HostResolver::Shared {
  Shared(LookUp look_up_arg, int max_threads_arg)
      : look_up(std::move(look_up_arg)), max_threads(max_threads_arg) {}

  const LookUp look_up;
  const int max_threads;
  base::Mutex mu;
  bool stopped ABSL_GUARDED_BY(mu) = false;
  // Who is not yet called back, by host.
  absl::flat_hash_map<std::string, std::vector<Done>> requests ABSL_GUARDED_BY(mu);
  std::deque<std::string> waiting ABSL_GUARDED_BY(mu);  // of these hosts, those without a thread
  int threads ABSL_GUARDED_BY(mu) = 0;
  int calling_back ABSL_GUARDED_BY(mu) = 0;
  base::CondVar called_back;

  // The next host to look up; nothing if the thread is to end.
  std::optional<std::string> Next() {
    base::MutexLock lock(&mu);
    if (waiting.empty()) {
      --threads;
      return std::nullopt;
    }
    std::string host = std::move(waiting.front());
    waiting.pop_front();
    return host;
  }

  // Calls back, unless Stop did.
  void Finish(const std::string& host, const absl::StatusOr<std::vector<IpAddress>>& addresses) {
    std::vector<Done> asked;
    {
      base::MutexLock lock(&mu);
      const auto request = requests.find(host);
      if (request == requests.end()) return;
      asked = std::move(request->second);
      requests.erase(request);
      ++calling_back;
    }
    for (const Done& done : asked) done(addresses);
    asked.clear();  // what they hold goes before Stop returns
    base::MutexLock lock(&mu);
    --calling_back;
    called_back.SignalAll();
  }
};

HostResolver::HostResolver(LookUp look_up, int max_threads)
    : shared_(std::make_shared<Shared>(std::move(look_up), max_threads)) {}

HostResolver::~HostResolver() { Stop(); }

void HostResolver::Stop() {
  absl::flat_hash_map<std::string, std::vector<Done>> open;
  {
    base::MutexLock lock(&shared_->mu);
    shared_->stopped = true;
    shared_->waiting.clear();
    open.swap(shared_->requests);
    while (shared_->calling_back > 0) shared_->called_back.Wait(&shared_->mu);
  }
  for (const auto& [host, asked] : open) {
    for (const Done& done : asked) done(absl::CancelledError("the resolver was stopped"));
  }
}

void HostResolver::Resolve(const std::string& host, Done done) {
  if (const std::optional<IpAddress> address = ParseIpAddress(host)) {
    done(std::vector<IpAddress>{*address});
    return;
  }
  {
    base::MutexLock lock(&shared_->mu);
    if (!shared_->stopped) {
      std::vector<Done>& asked = shared_->requests[host];
      asked.push_back(std::move(done));
      if (asked.size() > 1) return;
      shared_->waiting.push_back(host);
      if (shared_->threads >= shared_->max_threads) return;
      ++shared_->threads;
      std::thread([shared = shared_] { Work(shared); }).detach();
      return;
    }
  }
  done(absl::CancelledError("the resolver was stopped"));
}

void HostResolver::Work(const std::shared_ptr<Shared>& shared) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (const std::optional<std::string> host = shared->Next()) {
    shared->Finish(*host, shared->look_up(*host));
  }
}

}  // namespace scheduler::dispatch
