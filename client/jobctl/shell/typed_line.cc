#include "client/jobctl/shell/typed_line.h"

#include <cstddef>

#include "absl/strings/match.h"
#include "client/jobctl/globals.h"

namespace jobctl {
namespace {

// A flag of `app`, or of a command around it.
const CLI::Option* FindFlag(const CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent()) {
    const CLI::Option* option = app->get_option_no_throw(name);
    if (option != nullptr && option->nonpositional()) return option;
  }
  return nullptr;
}

const CLI::App* FindCommand(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : app.get_subcommands(std::function<bool(const CLI::App*)>())) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// The argument at `place`, from 0; null if there are fewer.
const CLI::Option* FindArgument(const CLI::App& app, size_t place) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    if (place == 0 || option->get_expected_max() > 1) return option;
    --place;
  }
  return nullptr;
}

// Reads word after word.
class Reader {
 public:
  explicit Reader(const CLI::App& root) { line_.command = &root; }

  void Read(const std::string& word) {
    if (awaited_ != nullptr) {
      if (word == "=") return;
      Note(*awaited_, word);
      awaited_ = nullptr;
    } else if (absl::StartsWith(word, "-")) {
      ReadFlag(word);
    } else if (const CLI::App* command = FindCommand(*line_.command, word); command != nullptr) {
      line_.command = command;
      arguments_ = 0;
    } else {
      ++arguments_;
    }
  }

  TypedLine ReadLast(const std::string& word) {
    line_.typed = word == "=" && awaited_ != nullptr ? "" : word;
    if (awaited_ != nullptr) {
      line_.option = awaited_;
    } else if (absl::StartsWith(word, "-")) {
      SplitLast(word);
    } else {
      line_.option = FindArgument(*line_.command, arguments_);
    }
    return line_;
  }

 private:
  void ReadFlag(const std::string& word) {
    const size_t end = word.find('=');
    const CLI::Option* option = FindFlag(line_.command, word.substr(0, end));
    if (option == nullptr) return;
    if (end == std::string::npos && TakesValue(*option)) {
      awaited_ = option;
    } else {
      Note(*option, end == std::string::npos ? "" : word.substr(end + 1));
    }
  }

  void Note(const CLI::Option& option, const std::string& value) {
    line_.given.push_back(&option);
    if (option.get_group() != kGlobalGroup) return;
    line_.global_words.push_back("--" + option.get_lnames().front() +
                                 (TakesValue(option) ? "=" + value : ""));
  }

  void SplitLast(const std::string& word) {
    const size_t end = word.find('=');
    if (end == std::string::npos) return;
    line_.option = FindFlag(line_.command, word.substr(0, end));
    line_.prefix = word.substr(0, end + 1);
    line_.typed = word.substr(end + 1);
  }

  TypedLine line_;
  const CLI::Option* awaited_ = nullptr;  // the flag whose value comes next
  size_t arguments_ = 0;                  // of the command, so far
};

}  // namespace

TypedLine ReadTypedLine(const CLI::App& root, const std::vector<std::string>& words) {
  Reader reader(root);
  for (size_t i = 0; i + 1 < words.size(); ++i) reader.Read(words[i]);
  return reader.ReadLast(words.empty() ? "" : words.back());
}

bool TakesValue(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

}  // namespace jobctl
