#include "client/jobctl/apply/outcome.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/apply/kinds.h"
#include "client/jobctl/print/json.h"
#include "client/jobctl/print/view_parts.h"

namespace jobctl {
namespace {

constexpr size_t kPathsWidth = 60;
constexpr size_t kValueWidth = 200;

Tone ToneOf(Outcome::Result result) {
  switch (result) {
    case Outcome::Result::kCreated:
      return Tone::kGood;
    case Outcome::Result::kUpdated:
      return Tone::kBusy;
    case Outcome::Result::kDeleted:
      return Tone::kBad;
    case Outcome::Result::kUnchanged:
      return Tone::kFaint;
  }
  return Tone::kPlain;
}

std::string KindName(const Outcome& outcome) { return kKindNames[outcome.resource.index()]; }

std::string ResourceName(const Outcome& outcome) {
  return std::visit([](const auto& message) { return NameOf(message); }, outcome.resource);
}

// All fields of what is new are new; to name them says nothing.
std::string PathsText(const Outcome& outcome) {
  if (outcome.result != Outcome::Result::kUpdated) return "";
  return absl::StrJoin(outcome.changes, ", ", [](std::string* out, const FieldChange& change) {
    absl::StrAppend(out, change.path);
  });
}

std::string ChangeJson(const FieldChange& change) {
  std::string json = absl::StrCat("{\"field\":", JsonString(change.path));
  if (!change.from.empty()) absl::StrAppend(&json, ",\"from\":", change.from);
  if (!change.to.empty()) absl::StrAppend(&json, ",\"to\":", change.to);
  return json + "}";
}

}  // namespace

std::string ResultText(Outcome::Result result) {
  switch (result) {
    case Outcome::Result::kCreated:
      return "created";
    case Outcome::Result::kUpdated:
      return "updated";
    case Outcome::Result::kDeleted:
      return "deleted";
    case Outcome::Result::kUnchanged:
      return "unchanged";
  }
  return "";
}

template <>
std::vector<std::string> HeaderOf<Outcome>() {
  // As wide as the longest words, since rows are written as they come.
  return {"RESULT   ", "KIND    ", "NAME", "PRODUCT", "CHANGED"};
}

std::string NameOf(const Outcome& outcome) { return ResourceText(outcome.resource); }

Row RowOf(const Outcome& outcome, absl::Time /*now*/) {
  return {{ResultText(outcome.result), ToneOf(outcome.result)},
          {KindName(outcome)},
          {ResourceName(outcome)},
          {ProductOf(outcome.resource)},
          {Shortened(PathsText(outcome), kPathsWidth)}};
}

Fields PageOf(const Outcome& outcome, absl::Time now) {
  const Row row = RowOf(outcome, now);
  return {{"Result", row[0]},
          {"Kind", row[1]},
          {"Name", row[2]},
          {"Product", row[3]},
          {"Changed", row[4]}};
}

std::string ToJson(const Outcome& outcome) {
  return absl::StrCat("{\"result\":", JsonString(ResultText(outcome.result)),
                      ",\"kind\":", JsonString(KindName(outcome)),
                      ",\"name\":", JsonString(ResourceName(outcome)),
                      ",\"product\":", JsonString(ProductOf(outcome.resource)), ",\"changes\":[",
                      absl::StrJoin(outcome.changes, ",",
                                    [](std::string* out, const FieldChange& change) {
                                      absl::StrAppend(out, ChangeJson(change));
                                    }),
                      "]}");
}

void WriteDiff(const std::vector<FieldChange>& changes, bool color, std::ostream& out) {
  const auto write = [&](const char* sign, const FieldChange& change, const std::string& value,
                         Tone tone) {
    if (value.empty()) return;
    const std::string line = absl::StrCat("  ", sign, " ", change.path, ": ", value);
    out << Painted(Shortened(line, kValueWidth), tone, color) << "\n";
  };
  for (const FieldChange& change : changes) {
    write("-", change, change.from, Tone::kBad);
    write("+", change, change.to, Tone::kGood);
  }
}

}  // namespace jobctl
