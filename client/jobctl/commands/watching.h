#ifndef CLIENT_JOBCTL_COMMANDS_WATCHING_H_
#define CLIENT_JOBCTL_COMMANDS_WATCHING_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/session.h"

// Printing what changes, by asking again and again.
namespace jobctl {

struct WatchFlags {
  bool watch = false;
  std::string interval = "2s";
  std::string limit = "1h";
};

// --watch, with `help`, --watch-interval and --watch-for.
void AddWatchFlags(CLI::App& command, WatchFlags& flags, const std::string& help);

// Looks at once and then after each interval, until `look` answers an exit code, the time is over or
// stdout is closed, which is exit code 0.
int Watch(Session& session, const WatchFlags& flags,
          const std::function<std::optional<int>()>& look);

// What a look that failed means: nothing if the server is away for a while, once it was there;
// else the call has failed, and this is the exit code.
std::optional<int> WatchFailed(Session& session, const std::string& what,
                               const absl::Status& status, bool answered);

// Prints a resource whenever it differs from before, until `ended(resource)`. `what` completes
// "cannot …".
template <class Resource, class Get, class Ended>
int WatchOne(Session& session, const std::string& what, const WatchFlags& flags, Get get,
             Ended ended);

// Prints the resources of all pages, and then those that are new or differ from before. `gone(name)`
// is called for each that is not listed any more.
template <class Resource, class Request, class Fetch, class Items>
int WatchPages(Session& session, const std::string& what, const WatchFlags& flags,
               const Request& first, Fetch fetch, Items items,
               const std::function<void(const std::string& name)>& gone);

// --- Implementation ----------------------------------------------------------------------------

template <class Resource, class Get, class Ended>
int WatchOne(Session& session, const std::string& what, const WatchFlags& flags, Get get,
             Ended ended) {
  ChangePrinter<Resource> changes(session.printer());
  std::string last;
  return Watch(session, flags, [&]() -> std::optional<int> {
    const absl::StatusOr<Resource> resource = get();
    if (!resource.ok()) return WatchFailed(session, what, resource.status(), !last.empty());
    std::string json = ToJson(*resource);
    if (json != last) changes.Add(session.printer(), *resource);
    last = std::move(json);
    if (ended(*resource)) return kExitDone;
    return std::nullopt;
  });
}

// What a list showed at the last look: hashes of the resources by their names.
using Seen = std::map<std::string, size_t>;

// Looks at all pages once and prints what `before` does not hold as it is.
template <class Resource, class Request, class Fetch, class Items>
absl::StatusOr<Seen> LookAtPages(Session& session, Request request, Fetch& fetch, Items& items,
                                 const Seen& before, ChangePrinter<Resource>& changes) {
  constexpr int kPageSize = 500;
  Seen seen;
  request.set_page_size(kPageSize);
  do {
    auto page = fetch(request);
    if (!page.ok()) return page.status();
    for (const Resource& resource : *items(*page)) {
      const size_t hash = std::hash<std::string>()(ToJson(resource));
      const auto known = before.find(NameOf(resource));
      if (known == before.end() || known->second != hash) {
        changes.Add(session.printer(), resource);
      }
      seen[NameOf(resource)] = hash;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && session.io().out);
  return seen;
}

template <class Resource, class Request, class Fetch, class Items>
int WatchPages(Session& session, const std::string& what, const WatchFlags& flags,
               const Request& first, Fetch fetch, Items items,
               const std::function<void(const std::string& name)>& gone) {
  ChangePrinter<Resource> changes(session.printer());
  Seen before;
  bool answered = false;
  return Watch(session, flags, [&]() -> std::optional<int> {
    absl::StatusOr<Seen> now = LookAtPages<Resource>(session, first, fetch, items, before, changes);
    if (!now.ok()) return WatchFailed(session, what, now.status(), answered);
    answered = true;
    for (const auto& [name, hash] : before) {
      if (!now->contains(name)) gone(name);
    }
    before = *std::move(now);
    return std::nullopt;
  });
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_WATCHING_H_
