#ifndef SCHEDULER_DISPATCH_BROKER_NATS_JSON_H_
#define SCHEDULER_DISPATCH_BROKER_NATS_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

// Members of JSON objects that a broker wrote. json::value throws when a member is there with another type, and
// what the other side says must not throw: such a member is as good as absent.
namespace scheduler::dispatch {

// The member `name` of `object`; null if there is none, or `object` is none.
inline const nlohmann::json* MemberOf(const nlohmann::json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(std::string(name));
  return found == object.end() ? nullptr : &*found;
}

inline std::string StringMember(const nlohmann::json& object, std::string_view name,
                                std::string_view otherwise = {}) {
  const nlohmann::json* const member = MemberOf(object, name);
  if (member == nullptr || !member->is_string()) return std::string(otherwise);
  return member->get<std::string>();
}

// A whole number from 0 to `max`.
inline uint64_t UnsignedMember(const nlohmann::json& object, std::string_view name,
                               uint64_t otherwise, uint64_t max = UINT64_MAX) {
  const nlohmann::json* const member = MemberOf(object, name);
  if (member == nullptr || !member->is_number_unsigned()) return otherwise;
  const auto number = member->get<uint64_t>();
  return number <= max ? number : otherwise;
}

inline bool BoolMember(const nlohmann::json& object, std::string_view name) {
  const nlohmann::json* const member = MemberOf(object, name);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_NATS_JSON_H_
