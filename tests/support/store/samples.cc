#include "tests/support/store/samples.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "scheduler/base/interned.h"

namespace tests {
namespace {

namespace core = scheduler::core;
using core::Millis;

constexpr Millis kNow = 1'764'000'000'000;  // November 2025

// Mostly near now, sometimes anything.
Millis RandomTime(Random* random) {
  if (random->Percent(90)) return kNow + static_cast<Millis>(random->Below(100'000)) - 50'000;
  if (random->Percent(50)) return 0;
  return random->Percent(50)
             ? std::numeric_limits<Millis>::max() - static_cast<Millis>(random->Below(5))
             : std::numeric_limits<Millis>::min() + static_cast<Millis>(random->Below(5));
}

std::string RandomText(Random* random, size_t max) {
  std::string text(random->Below(max + 1), '\0');
  for (char& c : text) {
    c = random->Percent(95) ? static_cast<char>('a' + random->Below(26))
                            : static_cast<char>(random->Below(256));
  }
  return text;
}

core::Uid RandomUid(Random* random) {
  if (random->Percent(5)) return random->Next() | 1;
  return core::MakeUid(1 + random->Below(1'000'000),
                       static_cast<core::ShardId>(random->Below(256)));
}

int64_t RandomNumber(Random* random) {
  return static_cast<int64_t>(random->Percent(95) ? 1 + random->Below(1000)
                                                  : 1 + (random->Next() >> 1) / 2);
}

template <typename T>
T Pick(Random* random, std::initializer_list<T> values) {
  return *(values.begin() + random->Below(values.size()));
}

std::string RandomReason(Random* random) {
  return Pick<std::string>(random, {"", "", "OVERLAP", "PAUSED", "BUFFER_FULL", "START_DEADLINE"});
}

core::Trigger RandomTrigger(Random* random) {
  if (random->Percent(60)) return core::Trigger::kSchedule;
  return static_cast<core::Trigger>(1 + random->Below(5));
}

std::map<std::string, std::string> RandomMap(Random* random) {
  std::map<std::string, std::string> map;
  for (size_t i = random->Below(4); i > 0; --i) map[RandomText(random, 8)] = RandomText(random, 20);
  return map;
}

std::vector<std::string> RandomTexts(Random* random) {
  std::vector<std::string> texts(random->Below(3));
  for (std::string& text : texts) text = RandomText(random, 10);
  return texts;
}

std::vector<Millis> RandomTimes(Random* random) {
  std::vector<Millis> times;
  if (random->Percent(70)) return times;
  for (size_t i = 1 + random->Below(5); i > 0; --i) times.push_back(RandomTime(random));
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

core::Timing RandomTiming(Random* random) {
  core::Timing timing;
  timing.times = RandomTimes(random);
  if (!timing.times.empty()) return timing;
  switch (random->Below(4)) {
    case 0:
      timing.cron = Pick<std::string>(random, {"*/7 * * * * *", "0 9 * * 1-5", "30 2 L * *"});
      break;
    case 1:
      timing.rule = Pick<std::string>(
          random, {"FREQ=SECONDLY;INTERVAL=5", "RRULE:FREQ=DAILY\nEXDATE:20270101T000000Z"});
      break;
    default:
      timing.interval = 1 + static_cast<Millis>(random->Below(100'000));
  }
  return timing;
}

// What goes with the timing.
void RandomizeTiming(Random* random, core::JobSpec* spec) {
  spec->timing = RandomTiming(random);
  if (spec->timing.IsInterval() && random->Percent(50)) {
    spec->interval_mode = core::IntervalMode::kFixedDelay;
  } else {
    spec->exclude = RandomTimes(random);
    if (random->Percent(20)) spec->exclude_calendars = {RandomText(random, 9), "z"};
  }
  if (random->Percent(30)) spec->jitter = RandomNumber(random);
  if (spec->timing.cron.empty() && spec->timing.rule.empty()) return;
  spec->time_zone = Pick<std::string>(random, {"", "Europe/Berlin", "America/New_York"});
  spec->dst.gap = static_cast<core::DstGap>(1 + random->Below(2));
  spec->dst.fold = static_cast<core::DstFold>(1 + random->Below(2));
}

core::RetryPolicy RandomRetry(Random* random) {
  core::RetryPolicy retry;
  if (random->Percent(50)) retry.max_retries = static_cast<int32_t>(random->Below(5));
  retry.initial_backoff = static_cast<Millis>(random->Below(5000));
  retry.max_backoff = static_cast<Millis>(random->Below(500'000));
  retry.multiplier = static_cast<double>(random->Below(40)) / 8;
  retry.max_elapsed = static_cast<Millis>(random->Below(3));
  retry.retryable_codes = RandomTexts(random);
  retry.non_retryable_codes = RandomTexts(random);
  return retry;
}

core::HttpTarget RandomHttp(Random* random) {
  return {random->Percent(50) ? "" : RandomText(random, 9),
          static_cast<core::HttpMethod>(1 + random->Below(6)),
          RandomText(random, 40),
          RandomMap(random),
          RandomMap(random),
          RandomMap(random),
          RandomText(random, 100),
          RandomTexts(random)};
}

core::EmailMessage RandomEmail(Random* random) {
  return {RandomText(random, 9),  RandomTexts(random),   RandomTexts(random),
          RandomTexts(random),    RandomText(random, 9), RandomText(random, 20),
          RandomText(random, 40), RandomText(random, 40)};
}

core::NotificationTarget RandomNotification(Random* random) {
  core::NotificationTarget target;
  for (size_t i = random->Below(4); i > 0; --i) {
    core::NotificationTarget::Channel& channel = target.channels.emplace_back();
    channel.connection = RandomText(random, 9);
    switch (random->Below(4)) {
      case 0:
        channel.message = RandomEmail(random);
        break;
      case 1:
        channel.message = core::PushMessage{RandomTexts(random), RandomText(random, 20),
                                            RandomText(random, 20), RandomMap(random)};
        break;
      case 2:
        channel.message =
            core::SmsMessage{RandomText(random, 9), RandomTexts(random), RandomText(random, 20)};
        break;
      default:
        channel.message = RandomHttp(random);
    }
  }
  return target;
}

core::Target RandomTarget(Random* random) {
  switch (random->Below(7)) {
    case 0:
      return RandomHttp(random);
    case 1:
      return core::GrpcTarget{RandomText(random, 9), RandomText(random, 20), RandomText(random, 20),
                              RandomText(random, 20), RandomMap(random)};
    case 2:
      return core::LambdaTarget{RandomText(random, 9), RandomText(random, 20), random->Percent(50),
                                RandomText(random, 20)};
    case 3:
      return core::DatabaseTarget{
          RandomText(random, 9),
          static_cast<core::DatabaseTarget::Operation>(1 + random->Below(6)),
          RandomText(random, 40),
          RandomTexts(random),
          RandomText(random, 9),
          RandomText(random, 40)};
    case 4:
      return core::BrokerTarget{RandomText(random, 9),
                                static_cast<core::BrokerTarget::DestinationKind>(random->Below(7)),
                                RandomText(random, 20),
                                RandomText(random, 9),
                                RandomText(random, 40),
                                RandomMap(random)};
    case 5:
      return RandomNotification(random);
    default:
      return core::WorkerTarget{RandomText(random, 20)};
  }
}

core::RunEnded RandomEnd(Random* random) {
  core::RunEnded end;
  end.uid = RandomUid(random);
  end.number = RandomNumber(random);
  end.state = static_cast<core::RunState>(5 + random->Below(5));
  end.at = RandomTime(random);
  end.last = RandomAttempt(random, static_cast<int32_t>(random->Below(4)));
  end.reason = RandomReason(random);
  if (random->Percent(20)) end.error = end.last.error;
  if (random->Percent(20)) end.error = std::make_shared<core::RunError>(RandomError(random));
  if (random->Percent(30)) {
    end.output = std::make_shared<core::RunOutput>(
        core::RunOutput{RandomText(random, 100), random->Percent(50)});
  }
  return end;
}

core::RunCreated RandomCreate(Random* random) {
  core::RunCreated run;
  run.uid = RandomUid(random);
  run.number = RandomNumber(random);
  run.nominal = RandomTime(random);
  run.due = random->Percent(80) ? run.nominal : RandomTime(random);
  run.at = RandomTime(random);
  run.trigger = RandomTrigger(random);
  run.buffered = random->Percent(10);
  run.generation = RandomNumber(random);
  if (random->Percent(20)) run.origin = std::make_shared<core::RunOrigin>(RandomOrigin(random));
  return run;
}

core::StretchClosed RandomStretch(Random* random) {
  core::StretchClosed stretch;
  stretch.uid = RandomUid(random);
  stretch.number = RandomNumber(random);
  stretch.state = random->Percent(50) ? core::RunState::kSkipped : core::RunState::kMissed;
  stretch.reason = RandomReason(random);
  stretch.first = RandomTime(random);
  stretch.last = RandomTime(random);
  stretch.count = RandomNumber(random);
  stretch.cursor = random->Percent(80) ? stretch.last : RandomTime(random);
  stretch.at = RandomTime(random);
  return stretch;
}

core::OpenRunSnapshot RandomOpenRun(Random* random) {
  core::OpenRunSnapshot run;
  run.number = RandomNumber(random);
  run.nominal = RandomTime(random);
  run.due = RandomTime(random);
  run.create_time = RandomTime(random);
  run.trigger = RandomTrigger(random);
  run.state = Pick(random, {core::RunState::kScheduled, core::RunState::kQueued,
                            core::RunState::kRetryScheduled});
  run.generation = RandomNumber(random);
  if (run.state == core::RunState::kRetryScheduled) run.next_attempt = RandomTime(random);
  run.attempt_count = static_cast<int32_t>(random->Below(12));
  run.retries = static_cast<int32_t>(random->Below(3));
  run.redeliveries = static_cast<int32_t>(random->Below(3));
  run.first_start = RandomTime(random);
  for (int32_t i = static_cast<int32_t>(random->Below(4)); i > 0; --i) {
    run.attempts.push_back(RandomAttempt(random, i));
  }
  if (random->Percent(20)) run.origin = std::make_shared<core::RunOrigin>(RandomOrigin(random));
  if (random->Percent(20)) run.definition = std::make_shared<core::JobSpec>(RandomSpec(random));
  return run;
}

}  // namespace

core::RunError RandomError(Random* random) {
  core::RunError error;
  error.code = Pick<std::string>(random, {"TIMEOUT", "UNAVAILABLE", "MY_OWN", ""});
  error.message = RandomText(random, 30);
  if (random->Percent(50)) error.retryable = random->Percent(50);
  error.status = static_cast<int32_t>(random->Below(600));
  return error;
}

core::RunOrigin RandomOrigin(Random* random) {
  core::RunOrigin origin;
  origin.has_input = random->Percent(50);
  if (origin.has_input) origin.input_json = random->Percent(50) ? R"({"a":1})" : "";
  origin.actor = RandomText(random, 8);
  origin.note = RandomText(random, 20);
  origin.parent = static_cast<int64_t>(random->Below(3));
  origin.range_start = random->Percent(50) ? 0 : RandomTime(random);
  origin.range_end = random->Percent(50) ? 0 : RandomTime(random);
  return origin;
}

core::AttemptRecord RandomAttempt(Random* random, int32_t attempt) {
  core::AttemptRecord record;
  record.attempt = attempt;
  if (attempt == 0) return record;
  record.start_time = RandomTime(random);
  record.end_time = RandomTime(random);
  record.worker =
      scheduler::base::Intern(Pick<std::string_view>(random, {"", "worker-1", "worker-2", "w3"}));
  record.token = random->Percent(90) ? core::MakeToken(3, static_cast<uint32_t>(random->Below(99)))
                                     : random->Next();
  record.event_generation = static_cast<int64_t>(random->Below(4));
  if (random->Percent(20)) record.error = std::make_shared<core::RunError>(RandomError(random));
  return record;
}

core::JobSpec RandomSpec(Random* random) {
  core::JobSpec spec;
  spec.product = Pick<std::string>(random, {"default", "shop", "a.b"});
  spec.tag = RandomText(random, 20);
  spec.name = RandomText(random, 20);
  spec.event = {static_cast<core::EventType>(random->Below(6)), RandomText(random, 10)};
  spec.executions = static_cast<int64_t>(random->Below(10));
  RandomizeTiming(random, &spec);
  if (random->Percent(50)) spec.start_time = RandomTime(random);
  if (random->Percent(30)) spec.end_time = RandomTime(random);
  if (random->Percent(30)) spec.input_json = R"({"id":)" + std::to_string(random->Below(999)) + "}";
  spec.env = Pick<std::string>(random, {"", "prd", "snd"});
  spec.labels = RandomMap(random);
  spec.overlap.mode = static_cast<core::OverlapMode>(1 + random->Below(3));
  if (random->Percent(30)) spec.overlap.limit = static_cast<int32_t>(random->Below(1000));
  spec.catchup.mode = static_cast<core::CatchupMode>(1 + random->Below(3));
  if (random->Percent(30)) spec.catchup.window = static_cast<Millis>(random->Below(1000));
  if (random->Percent(30)) spec.catchup.limit = static_cast<int32_t>(random->Below(1000));
  if (random->Percent(30)) spec.retry = RandomRetry(random);
  spec.attempt_timeout = static_cast<Millis>(random->Below(2) * 5000);
  if (random->Percent(30)) spec.history_limit = static_cast<int32_t>(random->Below(1000));
  return spec;
}

core::Event RandomEvent(Random* random) {
  core::Event event;
  event.product = "default";
  event.key = {static_cast<core::EventType>(1 + random->Below(5)), RandomText(random, 10)};
  event.name = RandomText(random, 10);
  event.target = RandomTarget(random);
  if (random->Percent(50)) event.retry = RandomRetry(random);
  event.attempt_timeout = static_cast<Millis>(random->Below(2) * 1000);
  event.limits.max_in_flight = static_cast<int32_t>(random->Below(2) * random->Below(1000));
  event.limits.max_per_second = static_cast<double>(random->Below(2) * random->Below(1000)) / 8;
  event.labels = RandomMap(random);
  event.uid = RandomUid(random);
  event.generation = RandomNumber(random);
  event.create_time = RandomTime(random);
  event.update_time = RandomTime(random);
  return event;
}

core::JobDefined RandomDefinition(Random* random) {
  core::JobDefined job;
  job.uid = RandomUid(random);
  job.is_new = random->Percent(50);
  job.generation = RandomNumber(random);
  job.state = static_cast<core::JobState>(1 + random->Below(3));
  job.start_time = RandomTime(random);
  job.cursor = RandomTime(random);
  job.at = RandomTime(random);
  job.spec = RandomSpec(random);
  job.input_on_disk = random->Percent(20);
  if (random->Percent(20)) job.former = std::make_shared<core::JobSpec>(RandomSpec(random));
  return job;
}

core::Amendments RandomAmendments(Random* random) {
  core::Amendments amendments;
  amendments.skipped = RandomTimes(random);
  if (random->Percent(50)) {
    amendments.backfill = core::Backfill{
        RandomTime(random),    RandomTime(random),   static_cast<int32_t>(1 + random->Below(3)),
        RandomNumber(random),  RandomNumber(random), RandomTime(random),
        RandomText(random, 20)};
  }
  return amendments;
}

core::Transition RandomTransition(Random* random) {
  const core::Uid uid = RandomUid(random);
  const int64_t number = RandomNumber(random);
  switch (random->Below(12)) {
    case 0:
      return RandomCreate(random);
    case 1:
      return RandomEnd(random);
    case 2:
      return core::RunReleased{uid, number};
    case 3:
      return core::RunRetry{uid, number, RandomTime(random), RandomAttempt(random, 1)};
    case 4:
      return core::RunRedelivered{uid, number, static_cast<int32_t>(random->Below(6)),
                                  RandomAttempt(random, 2)};
    case 5:
      return core::StretchOpened{uid, number, RandomReason(random), RandomTime(random),
                                 RandomTime(random)};
    case 6:
      return RandomStretch(random);
    case 7:
      return core::CursorMoved{uid, RandomTime(random), RandomTime(random)};
    case 8:
      return core::JobStateChanged{uid,
                                   static_cast<core::JobState>(1 + random->Below(3)),
                                   random->Percent(50),
                                   RandomReason(random),
                                   random->Percent(30) ? RandomText(random, 30) : "",
                                   RandomTime(random)};
    case 9:
      return core::JobDeleted{uid, RandomTime(random)};
    case 10:
      return std::make_shared<const core::ScheduleAmended>(
          core::ScheduleAmended{uid, RandomAmendments(random), RandomTime(random)});
    default:
      return std::shared_ptr<const core::JobDefined>(
          std::make_shared<core::JobDefined>(RandomDefinition(random)));
  }
}

core::Transitions RandomTransitions(Random* random, size_t count) {
  core::Transitions transitions;
  transitions.reserve(count);
  for (size_t i = 0; i < count; ++i) transitions.push_back(RandomTransition(random));
  return transitions;
}

core::JobSnapshot RandomSnapshot(Random* random) {
  core::JobSnapshot job;
  job.definition = RandomDefinition(random);
  job.last_number = RandomNumber(random);
  job.state_reason = RandomReason(random);
  job.pause_note = RandomText(random, 10);
  if (random->Percent(30)) {
    job.counters = {1, 2, 3, 4, 5, 6, 7, 8, 9, static_cast<int64_t>(random->Below(100))};
  }
  if (random->Percent(30)) {
    job.stretch = core::OpenStretch{RandomNumber(random), RandomReason(random), RandomTime(random),
                                    RandomTime(random)};
  }
  if (random->Percent(30)) job.amendments = RandomAmendments(random);
  for (size_t i = random->Below(3); i > 0; --i) job.open_runs.push_back(RandomOpenRun(random));
  return job;
}

core::TerminalRun RandomTerminalRun(Random* random) {
  core::TerminalRun run;
  run.key = {RandomUid(random), RandomNumber(random)};
  run.generation = RandomNumber(random);
  run.state = static_cast<core::RunState>(5 + random->Below(5));
  run.trigger = RandomTrigger(random);
  run.attempt_count = static_cast<int32_t>(random->Below(4));
  run.history_limit = static_cast<int32_t>(random->Below(1000));
  run.nominal = RandomTime(random);
  run.last_nominal = random->Percent(80) ? run.nominal : RandomTime(random);
  run.count = random->Percent(80) ? 1 : RandomNumber(random);
  run.due = RandomTime(random);
  run.create_time = RandomTime(random);
  run.start_time = RandomTime(random);
  run.end_time = RandomTime(random);
  run.last = RandomAttempt(random, run.attempt_count);
  for (int32_t i = 1; i < run.attempt_count; ++i) run.earlier.push_back(RandomAttempt(random, i));
  run.reason = RandomReason(random);
  run.env = scheduler::base::Intern(Pick<std::string_view>(random, {"", "prd"}));
  run.product = scheduler::base::Intern("default");
  if (random->Percent(20)) run.error = run.last.error;
  if (random->Percent(20)) run.error = std::make_shared<core::RunError>(RandomError(random));
  if (random->Percent(30)) {
    run.output = std::make_shared<core::RunOutput>(
        core::RunOutput{RandomText(random, 100), random->Percent(50)});
  }
  return run;
}

core::Transitions OrdinaryTransitions(size_t runs, Millis now) {
  Random random(7);
  core::Transitions transitions;
  transitions.reserve(2 * runs);
  const std::string* worker = scheduler::base::Intern("worker-4711");
  std::vector<core::RunKey> keys(runs);
  for (core::RunKey& key : keys) {
    key.uid =
        core::MakeUid(1 + random.Below(1'000'000), static_cast<core::ShardId>(random.Below(256)));
    key.number = static_cast<int64_t>(1 + random.Below(5000));
    const Millis nominal = now - static_cast<Millis>(random.Below(4));
    core::RunCreated created;
    created.uid = key.uid;
    created.number = key.number;
    created.nominal = nominal;
    created.due = nominal;
    created.at = now;
    transitions.emplace_back(created);
  }
  uint32_t dispatch = 1000;
  for (const core::RunKey& key : keys) {
    core::RunEnded ended;
    ended.uid = key.uid;
    ended.number = key.number;
    ended.at = now - static_cast<Millis>(random.Below(2));
    ended.last.attempt = 1;
    ended.last.start_time = ended.at - static_cast<Millis>(random.Below(30));
    ended.last.end_time = ended.at;
    ended.last.worker = worker;
    ended.last.token = core::MakeToken(12, ++dispatch);
    ended.last.event_generation = 1;
    transitions.emplace_back(ended);
  }
  return transitions;
}

}  // namespace tests
