#ifndef TESTS_SUPPORT_SCRIPTED_NAMES_H_
#define TESTS_SUPPORT_SCRIPTED_NAMES_H_

#include <string>

// Host names whose address a test decides, for all of the process: getaddrinfo of a program that links this looks here
// first, also when a library calls it. Thread-safe.
namespace support {

// From now on `name` has this one address, in standard notation.
void NameHost(const std::string& name, const std::string& address);
// Look-ups of `name` since it has its address.
int LookUpsOf(const std::string& name);

}  // namespace support

#endif  // TESTS_SUPPORT_SCRIPTED_NAMES_H_
