#ifndef CLIENT_JOBCTL_SHELL_COMPLETION_H_
#define CLIENT_JOBCTL_SHELL_COMPLETION_H_

#include <string>
#include <vector>

#include "client/jobctl/shell/typed_line.h"

namespace jobctl {

// What a value of a flag or argument names, told by the name of its type in the help text.
enum class ValueKind {
  kOther,
  kChoice,   // one of the words of `a|b|c`
  kFile,     // FILE
  kProfile,  // PROFILE: a profile of the configuration
  kJob,      // JOB, CALENDAR, CONNECTION, EVENT, RUN: something that the server knows
  kCalendar,
  kConnection,
  kEvent,
  kRun
};

ValueKind KindOf(const CLI::Option& option);

struct Candidate {
  std::string text;  // the whole word
  std::string help;  // in a few words what it is; may be empty
};

// What the last word of a line can be, as far as the table of commands tells: commands, flags that
// are not given yet, words to choose from.
std::vector<Candidate> CandidatesOf(const TypedLine& line);

// Those of `names` that go on as the typed word does, as whole words.
std::vector<Candidate> Fitting(const TypedLine& line, const std::vector<Candidate>& names);

// The first line of a description, which says in short what a command is.
std::string FirstLine(const std::string& description);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_SHELL_COMPLETION_H_
