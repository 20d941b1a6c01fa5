#include "scheduler/engine/shared_schedule.h"

#include <optional>

#include "scheduler/base/errors.h"
#include "scheduler/base/random.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/cron_parser.h"
#include "scheduler/core/cron_schedule.h"
#include "scheduler/core/rule_parser.h"
#include "scheduler/core/rule_schedule.h"

namespace scheduler::engine {
namespace {

namespace errors = base::errors;

using Made = absl::StatusOr<std::unique_ptr<const core::Schedule>>;

absl::Status At(std::string_view field, const absl::Status& status) {
  return errors::FieldInvalid(field, base::FromAbsl(status.message()));
}

absl::Status UnknownZone(const std::string& name) {
  const base::TimeZones& zones = base::TimeZones::Get();
  const std::string similar = zones.Similar(name);
  return errors::FieldInvalid(
      "job.time_zone",
      base::StrCat("\"", name, "\" is no name of the IANA time zone database (", zones.version(),
                   ")", similar.empty() ? "" : base::StrCat("; there is \"", similar, "\"")));
}

Made MakeCron(const Pattern& pattern, absl::TimeZone zone) {
  const auto cron = core::ParseCron(pattern.timing.cron, 0);
  if (!cron.ok()) return At("job.cron", cron.status());
  if (!cron->CanMatch()) {
    return errors::ScheduleNeverFires("job.cron", "no date has what it asks for");
  }
  return std::make_unique<core::CronSchedule>(*cron, zone, pattern.dst);
}

Made MakeRule(const Pattern& pattern, absl::TimeZone zone) {
  const auto rule = core::ParseRule(pattern.timing.rule, zone);
  if (!rule.ok()) return At("job.rule", rule.status());
  return std::make_unique<core::RuleSchedule>(*rule, pattern.anchor, pattern.dst);
}

}  // namespace

core::Timing ResidentTiming(const core::JobSpec& spec) {
  core::Timing timing = spec.timing;
  if (timing.cron.empty()) return timing;
  const uint64_t spread_seed = base::StableHash(spec.tag, base::StableHash(spec.product));
  const auto cron = core::ParseCron(timing.cron, spread_seed);
  if (cron.ok()) timing.cron = cron->Canonical();
  return timing;
}

Pattern PatternOf(const core::JobSpec& spec, core::Millis start_time) {
  return {spec.timing, spec.time_zone, spec.dst, spec.timing.rule.empty() ? 0 : start_time};
}

Made MakeSchedule(const Pattern& pattern) {
  if (!pattern.timing.times.empty()) {
    return std::make_unique<core::TimesSchedule>(pattern.timing.times);
  }
  const base::TimeZones& zones = base::TimeZones::Get();
  const std::optional<absl::TimeZone> zone = zones.Find(pattern.time_zone);
  if (!zone.has_value()) return UnknownZone(pattern.time_zone);
  return pattern.timing.cron.empty() ? MakeRule(pattern, *zone) : MakeCron(pattern, *zone);
}

Made MakeSchedule(const core::JobSpec& spec) {
  if (spec.timing.IsInterval()) {
    return std::make_unique<core::IntervalSchedule>(spec.timing.interval);
  }
  Pattern pattern = PatternOf(spec, *spec.start_time);
  pattern.timing = ResidentTiming(spec);
  return MakeSchedule(pattern);
}

SharedSchedule::SharedSchedule(const Pattern& pattern)
    : pattern_(pattern), schedule_(*MakeSchedule(pattern)) {}

}  // namespace scheduler::engine
