#ifndef CLIENT_JOBCTL_SHELL_TYPED_LINE_H_
#define CLIENT_JOBCTL_SHELL_TYPED_LINE_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"

namespace jobctl {

// A command line of which the last word is being typed, held against the table of commands.
struct TypedLine {
  // The innermost command that the words before name.
  const CLI::App* command = nullptr;
  // The flag or argument that the last word is a value of; null: it is a command or a flag.
  const CLI::Option* option = nullptr;
  // What of the last word has been typed: all of it, or what follows `prefix`, `--output=`.
  std::string prefix;
  std::string typed;
  // The flags that were given already, and of them the global ones with their values.
  std::vector<const CLI::Option*> given;
  std::vector<std::string> global_words;
};

// Reads the words after the program's name, the last of them being typed and perhaps empty. A flag
// and its value may be one word, `--output=json`, or three with `=` between them, as bash has them.
// Words that the table does not know are passed over.
TypedLine ReadTypedLine(const CLI::App& root, const std::vector<std::string>& words);

// Whether a flag is followed by a value.
bool TakesValue(const CLI::Option& option);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_SHELL_TYPED_LINE_H_
