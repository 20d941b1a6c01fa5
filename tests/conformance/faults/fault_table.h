#ifndef TESTS_CONFORMANCE_FAULTS_FAULT_TABLE_H_
#define TESTS_CONFORMANCE_FAULTS_FAULT_TABLE_H_

#include <map>
#include <string>

namespace conformance {

// A column of the table of docs/events/faults.md: by the first words of its rows, what comes of an attempt at a target
// of this kind, as the page has it: "CONNECTION ↻", or several of these with " or " between them; "–" for what cannot
// be; with " *" behind it what another test shows. Empty if no table has the kind in its head, where one column may name several: "http, push".
std::map<std::string, std::string> ColumnOf(const std::string& kind);

}  // namespace conformance

#endif  // TESTS_CONFORMANCE_FAULTS_FAULT_TABLE_H_
