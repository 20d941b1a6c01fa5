#include "scheduler/dispatch/template/scope.h"

#include <charconv>
#include <string>

#include "scheduler/base/rfc3339.h"
#include "scheduler/base/strings.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;

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

absl::StatusOr<json> Scope::Find(std::string_view name) const {
  const json* value = &values_;
  std::string_view rest = name;
  if (!values_.contains(std::string(rest.substr(0, rest.find('.'))))) value = &values_["input"];
  while (value != nullptr) {
    const size_t dot = rest.find('.');
    value = MemberOf(*value, rest.substr(0, dot));
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (value == nullptr) {
    return absl::NotFoundError(base::StrCat("\"", name,
                                            "\" is not defined: the run's input has no "
                                            "such member"));
  }
  return *value;
}

}  // namespace scheduler::dispatch
