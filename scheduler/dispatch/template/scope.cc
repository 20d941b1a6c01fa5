#include "scheduler/dispatch/template/scope.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "scheduler/base/rfc3339.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kJobMembers = {"tag", "name", "product", "env"};
constexpr std::array<std::string_view, 5> kRunMembers = {"id", "number", "attempt",
                                                         "scheduled_time", "trigger"};

const char* TriggerName(core::Trigger trigger) {
  switch (trigger) {
    case core::Trigger::kSchedule:
      return "SCHEDULE";
    case core::Trigger::kCatchup:
      return "CATCHUP";
    case core::Trigger::kManual:
      return "MANUAL";
    case core::Trigger::kBackfill:
      return "BACKFILL";
    case core::Trigger::kHook:
      return "HOOK";
  }
  return "";
}

// What `part` names in `value`; null if there is nothing.
const json* MemberOf(const json& value, std::string_view part) {
  if (value.is_object()) {
    const auto found = value.find(std::string(part));
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array()) return nullptr;
  size_t index = 0;
  const char* const end = part.data() + part.size();
  const auto [stop, error] = std::from_chars(part.data(), end, index);
  return error == std::errc() && stop == end && index < value.size() ? &value[index] : nullptr;
}

// Why `rest`, behind `root` and a dot, is none of `members`; empty is the object itself.
template <size_t N>
std::optional<std::string> MemberFault(std::string_view root, std::string_view rest,
                                       const std::array<std::string_view, N>& members) {
  if (rest.empty() || std::find(members.begin(), members.end(), rest) != members.end()) {
    return std::nullopt;
  }
  std::string all;
  for (const std::string_view member : members) {
    base::StrAppend(&all, all.empty() ? "" : ", ", root, ".", member);
  }
  return base::StrCat("\"", root, ".", ToMessage(rest, 64), "\" is not defined: there are ", all,
                      ", and input.", root, " for the input's member");
}

}  // namespace

Scope::Scope(const core::ClaimedRun& run) {
  json input = run.input_json.empty()
                   ? json::object()
                   : json::parse(run.input_json, nullptr, /*allow_exceptions=*/false);
  if (input.is_discarded()) input = json::object();
  values_ = {
      {"input", std::move(input)},
      {"job",
       {{"tag", run.job_tag}, {"name", run.job_name}, {"product", run.product}, {"env", run.env}}},
      {"run",
       {{"id", core::FormatRunId(run.key)},
        {"number", run.key.number},
        {"attempt", run.attempt},
        {"scheduled_time", base::FormatRfc3339(run.scheduled_time)},
        {"trigger", TriggerName(run.trigger)}}}};
}

bool Scope::IsReserved(std::string_view first_part) {
  return first_part == "input" || first_part == "job" || first_part == "run" ||
         first_part == "secrets";
}

std::optional<std::string> Scope::FaultOf(std::string_view name) {
  const size_t dot = std::min(name.find('.'), name.size());
  const std::string_view root = name.substr(0, dot);
  const std::string_view rest = dot < name.size() ? name.substr(dot + 1) : std::string_view();
  if (root == "job") return MemberFault(root, rest, kJobMembers);
  if (root == "run") return MemberFault(root, rest, kRunMembers);
  if (root == "secrets" && (rest.empty() || rest.find('.') != rest.npos)) {
    return "a secret is named secrets.NAME, without further dots";
  }
  return std::nullopt;
}

const json* Scope::Within(const json& value, std::string_view path) {
  const json* found = &value;
  while (found != nullptr) {
    const size_t dot = path.find('.');
    found = MemberOf(*found, path.substr(0, dot));
    if (dot == path.npos) break;
    path.remove_prefix(dot + 1);
  }
  return found;
}

const json* Scope::Peek(std::string_view name) const {
  return Within(IsReserved(name.substr(0, name.find('.'))) ? values_ : values_["input"], name);
}

absl::StatusOr<json> Scope::Find(std::string_view name) const {
  if (const json* const value = Peek(name); value != nullptr) return *value;
  const std::optional<std::string> fault = FaultOf(name);
  return absl::NotFoundError(
      fault.has_value() ? *fault
                        : base::StrCat("\"", ToMessage(name, 64),
                                       "\" is not defined: the run's input has no such member"));
}

}  // namespace scheduler::dispatch
