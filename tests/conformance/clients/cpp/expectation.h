#ifndef TESTS_CONFORMANCE_CLIENTS_CPP_EXPECTATION_H_
#define TESTS_CONFORMANCE_CLIENTS_CPP_EXPECTATION_H_

#include <string>

#include "nlohmann/json.hpp"

namespace scenario {

// Why `got` does not hold what is expected, by the rules of README.md in the folder above; empty if
// it does. `path` names what is compared.
std::string Difference(const nlohmann::json& expected, const nlohmann::json& got,
                       const std::string& path = "answer");

// A value as text: of a string the string itself.
std::string TextOf(const nlohmann::json& value);

}  // namespace scenario

#endif  // TESTS_CONFORMANCE_CLIENTS_CPP_EXPECTATION_H_
