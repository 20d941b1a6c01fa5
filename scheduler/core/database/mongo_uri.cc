#include "scheduler/core/database/mongo_uri.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

enum class Kind { kText, kFlag, kNumber, kWord, kWrites };

struct Option {
  std::string name;  // in lower case
  Kind kind;
  std::vector<std::string> words;
};

const std::vector<Option>& Options() {
  static const auto* const options = new std::vector<Option>{
      {"replicaset", Kind::kText, {}},
      {"authsource", Kind::kText, {}},
      {"readpreference",
       Kind::kWord,
       {"primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"}},
      {"readconcernlevel",
       Kind::kWord,
       {"local", "majority", "linearizable", "available", "snapshot"}},
      {"authmechanism", Kind::kWord, {"SCRAM-SHA-1", "SCRAM-SHA-256"}},
      {"w", Kind::kWrites, {}},
      {"connecttimeoutms", Kind::kNumber, {}},
      {"serverselectiontimeoutms", Kind::kNumber, {}},
      {"directconnection", Kind::kFlag, {}},
      {"tls", Kind::kFlag, {}},
      {"ssl", Kind::kFlag, {}},
      {"retrywrites", Kind::kFlag, {}},
      {"retryreads", Kind::kFlag, {}},
      {"journal", Kind::kFlag, {}},
  };
  return *options;
}

bool IsNumber(const std::string& value) {
  int32_t number = 0;
  return absl::SimpleAtoi(value, &number) && number >= 1;
}

// What a value must be; empty if `value` is that.
std::string Missing(const Option& option, const std::string& value) {
  switch (option.kind) {
    case Kind::kText:
      return value.empty() ? "text" : "";
    case Kind::kFlag:
      return value == "true" || value == "false" ? "" : "true or false";
    case Kind::kNumber:
      return IsNumber(value) ? "" : "a number from 1";
    case Kind::kWrites:
      return value == "majority" || IsNumber(value) ? "" : "majority or a number from 1";
    case Kind::kWord:
      break;
  }
  const bool known =
      std::find(option.words.begin(), option.words.end(), value) != option.words.end();
  return known ? "" : absl::StrJoin(option.words, ", ");
}

// Options as they are written, "name=value".
std::vector<std::string> Written(std::string_view uri) {
  const size_t mark = uri.find('?');
  if (mark == std::string_view::npos || mark + 1 == uri.size()) return {};
  return absl::StrSplit(base::ToAbsl(uri.substr(mark + 1)), '&');
}

std::pair<std::string, std::string> Parts(const std::string& written) {
  std::pair<std::string, std::string> parts = absl::StrSplit(written, absl::MaxSplits('=', 1));
  absl::AsciiStrToLower(&parts.first);
  return parts;
}

}  // namespace

absl::Status CheckMongoUriOptions(std::string_view uri) {
  std::vector<std::string> seen;
  for (const std::string& written : Written(uri)) {
    const std::pair<std::string, std::string> parts = Parts(written);
    const std::string& name = parts.first;
    const std::string shown = written.substr(0, written.find('='));
    const auto known = std::find_if(Options().begin(), Options().end(),
                                    [&](const Option& option) { return option.name == name; });
    if (known == Options().end()) {
      return absl::InvalidArgumentError(base::StrCat("option \"", shown, "\" is not taken"));
    }
    if (const std::string missing = Missing(*known, parts.second); !missing.empty()) {
      return absl::InvalidArgumentError(base::StrCat("option \"", shown, "\" must be ", missing));
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return absl::InvalidArgumentError(base::StrCat("option \"", shown, "\" is there twice"));
    }
    seen.push_back(name);
  }
  return absl::OkStatus();
}

std::string MongoUriOption(std::string_view uri, std::string_view name) {
  for (const std::string& written : Written(uri)) {
    std::pair<std::string, std::string> parts = Parts(written);
    if (parts.first == name) return std::move(parts.second);
  }
  return "";
}

std::string WithoutMongoUriOption(std::string_view uri, std::string_view name) {
  std::vector<std::string> kept = Written(uri);
  const auto is_named = [name](const std::string& one) { return Parts(one).first == name; };
  kept.erase(std::remove_if(kept.begin(), kept.end(), is_named), kept.end());
  const std::string_view before = uri.substr(0, uri.find('?'));
  return base::StrCat(before, kept.empty() ? "" : "?", absl::StrJoin(kept, "&"));
}

}  // namespace scheduler::core
