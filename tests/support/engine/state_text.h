#ifndef TESTS_SUPPORT_ENGINE_STATE_TEXT_H_
#define TESTS_SUPPORT_ENGINE_STATE_TEXT_H_

#include <map>
#include <string>

#include "scheduler/engine/registry.h"

namespace tests {

// Everything durable that a registry holds, as text by name ("job <uid>", "unsealed <run id>",
// "event …", "counters"): two registries are the same if these are.
std::map<std::string, std::string> StateOf(scheduler::engine::JobRegistry* registry);

// What differs, for messages; empty if nothing does.
std::string Difference(const std::map<std::string, std::string>& expected,
                       const std::map<std::string, std::string>& actual);

}  // namespace tests

#endif  // TESTS_SUPPORT_ENGINE_STATE_TEXT_H_
