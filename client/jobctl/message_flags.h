#ifndef CLIENT_JOBCTL_MESSAGE_FLAGS_H_
#define CLIENT_JOBCTL_MESSAGE_FLAGS_H_

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace jobctl {

// Flags that set fields of a message: each says how its text becomes a field, and which top-level
// field that is, so that an update can name what the flags set.
//
// The flags live in `app`; this object must stand as long as it parses.
template <class Message>
class MessageFlags {
 public:
  using Setter = std::function<absl::Status(const std::string& text, Message& message)>;

  explicit MessageFlags(CLI::App& app) : app_(app) {}

  // A flag that is given once at most. `field` is the top-level field that it sets; several are
  // separated by commas.
  void Add(const std::string& flag, const std::string& type, const std::string& field,
           const std::string& help, Setter setter) {
    AddOption(flag, type, field, help, std::move(setter))->expected(1)->allow_extra_args(false);
  }

  // An argument by its place, which must be given.
  void AddPositional(const std::string& name, const std::string& type, const std::string& field,
                     const std::string& help, Setter setter) {
    AddOption(name, type, field, help, std::move(setter))
        ->expected(1)
        ->required()
        ->allow_extra_args(false);
  }

  // A flag that can be given several times; its setter is called for each text in turn. `begin`, if
  // there is one, is called before the first.
  void AddRepeated(const std::string& flag, const std::string& type, const std::string& field,
                   const std::string& help, Setter setter,
                   std::function<void(Message& message)> begin = nullptr) {
    AddOption(flag, type, field, absl::StrCat(help, " (repeatable)"), std::move(setter))
        ->expected(-1)
        ->allow_extra_args(false);  // one text each time, and a text in brackets is no list
    flags_.back()->begin = std::move(begin);
  }

  // These flags say the same thing in different ways: at most one of them may be given.
  void OneOf(const std::vector<std::string>& flags) {
    for (size_t i = 0; i < flags.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        app_.get_option(flags[i])->excludes(app_.get_option(flags[k]));
      }
    }
  }

  // Sets in `message` what the command line gave; the fields that were set are added to `fields`,
  // each once. INVALID_ARGUMENT, with the flag's name in the message, if a text is malformed.
  absl::Status Apply(Message& message, std::vector<std::string>* fields) const {
    for (const auto& flag : flags_) {
      absl::Status status = ApplyFlag(*flag, message);
      if (!status.ok()) return status;
      if (!flag->texts.empty()) AddFields(flag->field, fields);
    }
    return absl::OkStatus();
  }

  // The same of those flags only that set parts of `field`.
  absl::Status ApplyTo(const std::string& field, Message& message) const {
    for (const auto& flag : flags_) {
      absl::Status status = flag->field == field ? ApplyFlag(*flag, message) : absl::OkStatus();
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  struct Flag {
    std::string name;
    std::string field;
    Setter setter;
    std::function<void(Message& message)> begin;
    std::vector<std::string> texts;
  };

  static absl::Status ApplyFlag(const Flag& flag, Message& message) {
    if (flag.begin != nullptr && !flag.texts.empty()) flag.begin(message);
    for (const std::string& text : flag.texts) {
      absl::Status status = flag.setter(text, message);
      if (!status.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(flag.name, ": ", status.message()));
      }
    }
    return absl::OkStatus();
  }

  static void AddFields(const std::string& names, std::vector<std::string>* fields) {
    for (const absl::string_view name : absl::StrSplit(names, ',')) {
      if (std::find(fields->begin(), fields->end(), name) == fields->end()) {
        fields->emplace_back(name);
      }
    }
  }

  CLI::Option* AddOption(const std::string& name, const std::string& type, const std::string& field,
                         const std::string& help, Setter setter) {
    // `-l,--label` is called --label.
    const std::string long_name = name.substr(name.rfind(',') + 1);
    flags_.push_back(
        std::make_unique<Flag>(Flag{long_name, field, std::move(setter), nullptr, {}}));
    return app_.add_option(name, flags_.back()->texts, help)->type_name(type);
  }

  CLI::App& app_;
  std::vector<std::unique_ptr<Flag>> flags_;
};

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_MESSAGE_FLAGS_H_
