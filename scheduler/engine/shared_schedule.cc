#include "scheduler/engine/shared_schedule.h"

#include "scheduler/base/errors.h"
#include "scheduler/base/random.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/cron/cron_schedule.h"
#include "scheduler/core/rule/rule_parser.h"
#include "scheduler/core/rule/rule_schedule.h"
#include "scheduler/core/schedule/local_time.h"

namespace scheduler::engine {
namespace {

namespace errors = base::errors;

absl::Status UnknownZone(const std::string& name) {
  const base::TimeZones& zones = base::TimeZones::Get();
  const std::string similar = zones.Similar(name);
  return errors::FieldInvalid(
      "job.time_zone",
      base::StrCat("\"", name, "\" is no name of the IANA time zone database (", zones.version(),
                   ")", similar.empty() ? "" : base::StrCat("; there is \"", similar, "\"")));
}

// What `H` rests on.
uint64_t SpreadSeed(const core::JobSpec& spec) {
  return base::StableHash(spec.tag, base::StableHash(spec.product));
}

absl::StatusOr<ParsedPattern> Parse(const core::Timing& timing, const std::string& time_zone,
                                    uint64_t spread_seed) {
  const std::optional<absl::TimeZone> zone = base::TimeZones::Get().Find(time_zone);
  if (!zone.has_value()) return UnknownZone(time_zone);
  if (timing.cron.empty()) {
    auto rule = core::ParseRule(timing.rule, *zone);
    if (!rule.ok()) return errors::WithFieldPrefix(rule.status(), "job.");
    return ParsedPattern{std::nullopt, *std::move(rule), *zone};
  }
  const auto cron = core::ParseCron(timing.cron, spread_seed);
  if (!cron.ok()) {
    return errors::FieldInvalid("job.cron", base::FromAbsl(cron.status().message()));
  }
  if (!cron->CanMatch()) {
    return errors::ScheduleNeverFires("job.cron", "no date has what it asks for");
  }
  return ParsedPattern{*cron, std::nullopt, *zone};
}

}  // namespace

Pattern PatternOf(const core::JobSpec& spec, core::Millis start_time) {
  const bool is_rule = !spec.timing.rule.empty();
  return {spec.timing, spec.time_zone, spec.dst,
          is_rule ? core::CeilSecond(start_time) * base::kSecond : 0};
}

absl::StatusOr<ParsedPattern> ParsePattern(const core::JobSpec& spec) {
  if (spec.timing.IsInterval() || !spec.timing.times.empty()) return ParsedPattern();
  return Parse(spec.timing, spec.time_zone, SpreadSeed(spec));
}

std::unique_ptr<const core::Schedule> MakeSchedule(const ParsedPattern& parsed, core::Millis anchor,
                                                   core::DstPolicy dst) {
  if (parsed.cron.has_value()) {
    return std::make_unique<core::CronSchedule>(*parsed.cron, parsed.zone, dst);
  }
  return std::make_unique<core::RuleSchedule>(*parsed.rule, anchor, dst);
}

std::unique_ptr<const core::Schedule> MakeSchedule(const core::JobSpec& spec,
                                                   const ParsedPattern& parsed) {
  if (spec.timing.IsInterval()) {
    return std::make_unique<core::IntervalSchedule>(spec.timing.interval);
  }
  if (!spec.timing.times.empty()) {
    return std::make_unique<core::TimesSchedule>(spec.timing.times);
  }
  return MakeSchedule(parsed, *spec.start_time, spec.dst);
}

absl::StatusOr<uint32_t> AcquirePattern(Patterns* patterns, const Pattern& pattern) {
  if (const auto known = patterns->AcquireKnown(pattern); known.has_value()) return *known;
  if (!pattern.timing.times.empty()) {
    return patterns->Acquire(pattern,
                             std::make_unique<const core::TimesSchedule>(pattern.timing.times));
  }
  // No `H` is left in it: the seed means nothing.
  const auto parsed = Parse(pattern.timing, pattern.time_zone, 0);
  if (!parsed.ok()) return parsed.status();
  return patterns->Acquire(pattern, MakeSchedule(*parsed, pattern.anchor, pattern.dst));
}

absl::StatusOr<std::shared_ptr<const PreparedTiming>> PreparedTiming::Make(
    const core::JobSpec& spec, Patterns* patterns) {
  const auto parsed = ParsePattern(spec);
  if (!parsed.ok()) return parsed.status();
  Pattern pattern = PatternOf(spec, spec.start_time.value_or(0));
  if (parsed->cron.has_value()) pattern.timing.cron = parsed->cron->Canonical();
  std::optional<uint32_t> id = patterns->AcquireKnown(pattern);
  if (!id.has_value()) {
    id = patterns->Acquire(pattern, MakeSchedule(*parsed, pattern.anchor, pattern.dst));
  }
  return std::make_shared<const PreparedTiming>(std::move(pattern.timing), patterns, *id);
}

}  // namespace scheduler::engine
