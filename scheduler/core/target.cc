#include "scheduler/core/target.h"

#include <algorithm>

namespace scheduler::core {
namespace {

// The tag of the connection that one message goes by; empty: none.
std::string_view ConnectionOf(const NotificationTarget::Channel& channel) {
  const auto* callback = std::get_if<HttpTarget>(&channel.message);
  return callback == nullptr ? channel.connection : callback->connection;
}

struct Collect {
  std::vector<std::string_view>* tags;

  void Add(std::string_view tag) const {
    const bool known = std::find(tags->begin(), tags->end(), tag) != tags->end();
    if (!tag.empty() && !known) tags->push_back(tag);
  }
  void operator()(const WorkerTarget& /*target*/) const {}
  void operator()(const NotificationTarget& target) const {
    for (const NotificationTarget::Channel& channel : target.channels) Add(ConnectionOf(channel));
  }
  template <typename T>
  void operator()(const T& target) const {
    Add(target.connection);
  }
};

}  // namespace

const char* HttpMethodName(HttpMethod method) {
  switch (method) {
    case HttpMethod::kGet:
      return "GET";
    case HttpMethod::kPost:
      return "POST";
    case HttpMethod::kPut:
      return "PUT";
    case HttpMethod::kPatch:
      return "PATCH";
    case HttpMethod::kDelete:
      return "DELETE";
    case HttpMethod::kHead:
      return "HEAD";
  }
  return "UNKNOWN";
}

std::vector<std::string_view> ConnectionsOf(const Target& target) {
  std::vector<std::string_view> tags;
  std::visit(Collect{&tags}, target);
  return tags;
}

}  // namespace scheduler::core
