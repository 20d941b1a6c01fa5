#include "scheduler/dispatch/host_resolver.h"

#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
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
  struct Request {
    std::string host;
    Done done;
  };
  Shared(LookUp look_up_arg, int max_threads_arg)
      : look_up(std::move(look_up_arg)), max_threads(max_threads_arg) {}

  const LookUp look_up;
  const int max_threads;
  base::Mutex mu;
  bool stopped ABSL_GUARDED_BY(mu) = false;
  int64_t last_id ABSL_GUARDED_BY(mu) = 0;
  absl::flat_hash_map<int64_t, Request> requests ABSL_GUARDED_BY(mu);  // not yet called back
  std::deque<int64_t> waiting ABSL_GUARDED_BY(mu);                     // of these, without a thread
  int threads ABSL_GUARDED_BY(mu) = 0;
  int calling_back ABSL_GUARDED_BY(mu) = 0;
  base::CondVar called_back;

  // The next host to look up; nothing if the thread is to end.
  std::optional<int64_t> Next(std::string* host) {
    base::MutexLock lock(&mu);
    while (!waiting.empty()) {
      const int64_t id = waiting.front();
      waiting.pop_front();
      const auto request = requests.find(id);
      if (request == requests.end()) continue;
      *host = request->second.host;
      return id;
    }
    --threads;
    return std::nullopt;
  }

  // Calls back, unless Stop did.
  void Finish(int64_t id, absl::StatusOr<std::vector<IpAddress>> addresses) {
    Done done;
    {
      base::MutexLock lock(&mu);
      const auto request = requests.find(id);
      if (request == requests.end()) return;
      done = std::move(request->second.done);
      requests.erase(request);
      ++calling_back;
    }
    done(std::move(addresses));
    done = nullptr;  // what it holds goes before Stop returns
    base::MutexLock lock(&mu);
    --calling_back;
    called_back.SignalAll();
  }
};

HostResolver::HostResolver(LookUp look_up, int max_threads)
    : shared_(std::make_shared<Shared>(std::move(look_up), max_threads)) {}

HostResolver::~HostResolver() { Stop(); }

void HostResolver::Stop() {
  absl::flat_hash_map<int64_t, Shared::Request> open;
  {
    base::MutexLock lock(&shared_->mu);
    shared_->stopped = true;
    open.swap(shared_->requests);
    while (shared_->calling_back > 0) shared_->called_back.Wait(&shared_->mu);
  }
  for (auto& [id, request] : open) request.done(absl::CancelledError("the resolver was stopped"));
}

void HostResolver::Resolve(const std::string& host, Done done) {
  if (const std::optional<IpAddress> address = ParseIpAddress(host)) {
    done(std::vector<IpAddress>{*address});
    return;
  }
  {
    base::MutexLock lock(&shared_->mu);
    if (!shared_->stopped) {
      const int64_t id = ++shared_->last_id;
      shared_->requests[id] = {host, std::move(done)};
      shared_->waiting.push_back(id);
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
  std::string host;
  while (const std::optional<int64_t> id = shared->Next(&host)) {
    shared->Finish(*id, shared->look_up(host));
  }
}

}  // namespace scheduler::dispatch
