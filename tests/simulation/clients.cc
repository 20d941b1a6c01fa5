// What clients send.

#include "tests/simulation/clients.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

namespace sim {

namespace {
constexpr int kEvents = 3;
}  // namespace

void Clients::CreateEvents(const std::string& product) {
  for (int i = 0; i < kEvents; ++i) {
    engine::CreateEvent command;
    command.event = RandomEvent(product, i);
    world_.service()->Create(std::move(command), [](const absl::StatusOr<engine::EventView>&) {});
  }
}

void Clients::CreateCalendars() {
  for (const char* product : {"main", "other"}) {
    for (int i = 0; i < kCalendars; ++i) {
      engine::CreateCalendar command;
      command.spec = SpecOf(product, absl::StrCat("calendar", i), {});
      world_.service()->Create(std::move(command),
                               [](const absl::StatusOr<engine::CalendarView>&) {});
    }
  }
}

void Clients::Begin() {
  for (const char* product : {"main", "other"}) CreateEvents(product);
  if (world_.config().calendars) CreateCalendars();
  for (int i = 0; i < world_.config().clients; ++i) {
    world_.After(50 + world_.Around(world_.config().think), [this] { Act(); });
  }
}

void Clients::Act() {
  if (stopped_) return;
  world_.After(1 + world_.Around(world_.config().think), [this] { Act(); });
  if (!world_.up()) return;
  const Op op = Choose();
  switch (op) {
    case Op::kCreate:
      return Create(world_.random().Percent(20));
    case Op::kBatchCreate:
      return BatchCreate();
    case Op::kUpdate:
      return Update();
    case Op::kDelete:
      return Delete();
    case Op::kPause:
      return Pause();
    case Op::kResume:
      return Resume();
    case Op::kSkip:
      return Skip();
    case Op::kBackfill:
      return Backfill();
    case Op::kRun:
      return Run();
    case Op::kCancel:
      return Cancel();
    case Op::kGet:
      return Get();
    case Op::kListJobs:
      return ListJobs();
    case Op::kListRuns:
      return ListRuns();
    case Op::kCreateEvent:
    case Op::kUpdateEvent:
    case Op::kDeleteEvent:
      return ChangeEvent(op);
    case Op::kPutCalendar:
      return PutCalendar();
    case Op::kDeleteCalendar:
      return DeleteCalendar();
  }
}

Op Clients::Choose() {
  const auto& weights = world_.config().weights;
  int total = 0;
  for (const int weight : weights) total += weight;
  auto share = static_cast<int>(world_.random().Below(static_cast<uint64_t>(total)));
  for (int i = 0; i < kOps; ++i) {
    if ((share -= weights[i]) < 0) return static_cast<Op>(i);
  }
  return Op::kGet;
}

Clients::Question Clients::Ask(Op op) {
  Question q;
  q.op = op;
  const auto number = static_cast<int>(world_.random().Below(world_.config().tags));
  q.product = ProductOf(number);
  q.tag = absl::StrCat("job", number);
  q.asked = world_.model().position();
  world_.findings().Trace("ask ", static_cast<int>(op), " ", q.product, "/", q.tag);
  return q;
}

// ---- random values ------------------------------------------------------------------------------

Millis Clients::RandomInterval() {
  // Short ones are as frequent as long ones.
  const SimConfig& c = world_.config();
  const double share = static_cast<double>(world_.random().Below(1000)) / 1000;
  const double ratio = static_cast<double>(c.max_interval) / static_cast<double>(c.min_interval);
  return static_cast<Millis>(static_cast<double>(c.min_interval) * std::pow(ratio, share));
}

core::Timing Clients::RandomTiming() {
  base::Random& random = world_.random();
  core::Timing timing;
  if (random.Percent(60)) {
    timing.interval = RandomInterval();
    return timing;
  }
  if (random.Percent(40)) {
    static constexpr const char* kCron[] = {
        "* * * * * *",          "*/5 * * * * *",    "7,30 * * * * *", "10-20/5 */2 * * * *",
        "0,1,2 1-59/3 * * * ?", "* * * * *",        "*/5 * 2 * * *",  "0-20/4 */2 1,3 * * *",
        "* * 3 * * *",          "0 30-50 1-2 * * *"};
    timing.cron = kCron[random.Below(std::size(kCron))];
    return timing;
  }
  if (random.Percent(40)) {
    if (random.Percent(30)) {
      static constexpr const char* kDaily[] = {
          "FREQ=DAILY;BYHOUR=2;BYMINUTE=0,1,20,59;BYSECOND=0,30",
          "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,10,58,59;BYSECOND=0,1,2,3,58,59"};
      timing.rule = kDaily[random.Below(std::size(kDaily))];
      return timing;
    }
    timing.rule = absl::StrCat("FREQ=SECONDLY;INTERVAL=", 1 + random.Below(20));
    if (random.Percent(50)) absl::StrAppend(&timing.rule, ";COUNT=", 1 + random.Below(20));
    return timing;
  }
  Millis t = world_.engine()->Now() - static_cast<Millis>(random.Below(90'000));
  const uint64_t count = 1 + random.Below(6);
  while (timing.times.size() < count) {
    t += 1 + world_.Around(world_.config().max_interval);
    timing.times.push_back(t);
  }
  return timing;
}

core::JobSpec Clients::RandomSpec(const std::string& product, const std::string& tag) {
  base::Random& random = world_.random();
  const SimConfig& c = world_.config();
  core::JobSpec spec;
  spec.product = product;
  spec.tag = tag;
  spec.name = random.Percent(20) ? std::string(40, 'n') : tag;
  spec.event = {core::EventType::kAction, absl::StrCat("event", random.Below(kEvents))};
  spec.timing = RandomTiming();
  const bool delay = spec.timing.IsInterval() && random.Percent(25);
  if (delay) spec.interval_mode = core::IntervalMode::kFixedDelay;
  if (random.Percent(60)) spec.executions = static_cast<int64_t>(1 + random.Below(6));
  const Millis now = world_.engine()->Now();
  if (random.Percent(15)) spec.start_time = now - c.max_interval + world_.Around(c.max_interval);
  if (random.Percent(15)) spec.end_time = now + 1 + world_.Around(c.horizon);
  const bool local = spec.timing.IsPattern();
  if (local && random.Percent(50)) spec.time_zone = "Europe/Berlin";
  if (local && random.Percent(50)) {
    spec.dst.gap = static_cast<core::DstGap>(1 + random.Below(2));
    spec.dst.fold = static_cast<core::DstFold>(1 + random.Below(2));
  }
  if (!delay && random.Percent(10)) {
    for (Millis t = now / 1000 * 1000; t < now + 60'000; t += 1000) {
      if (random.Percent(30)) spec.exclude.push_back(t);
    }
  }
  if (!delay && c.calendars && random.Percent(75)) {
    spec.exclude_calendars.push_back(RandomCalendar());
  }
  // Jitter puts off times of before a change to after it.
  if (!c.calendars && random.Percent(10)) spec.jitter = world_.Around(c.max_interval / 2);
  spec.input_json = absl::StrCat("{\"tag\":\"", tag, "\"}");
  if (random.Percent(30)) spec.input_json.insert(1, std::string(60, ' '));
  spec.overlap.mode = static_cast<core::OverlapMode>(1 + random.Below(3));
  spec.overlap.limit = static_cast<int32_t>(1 + random.Below(4));
  spec.catchup.mode = static_cast<core::CatchupMode>(1 + random.Below(3));
  spec.catchup.window = world_.Around(20 * c.max_interval);
  spec.catchup.limit = static_cast<int32_t>(1 + random.Below(20));
  if (random.Percent(60)) {
    spec.retry.emplace().max_retries = static_cast<int32_t>(random.Below(4));
    spec.retry->initial_backoff = 1 + world_.Around(c.max_interval / 4);
    spec.retry->max_backoff = spec.retry->initial_backoff * 2;
  }
  spec.history_limit = static_cast<int32_t>(random.Percent(30) ? 1 + random.Below(5) : 100);
  return spec;
}

core::Event Clients::RandomEvent(const std::string& product, int number) {
  core::Event event;
  event.product = product;
  event.key = {core::EventType::kAction, absl::StrCat("event", number)};
  event.name = "an event";
  if (number == 0) {
    core::HttpTarget target;
    target.url = absl::StrCat("http://localhost/", world_.random().Below(3));
    event.target = target;
  } else {
    event.target = core::WorkerTarget{absl::StrCat("queue", world_.random().Below(2))};
  }
  if (world_.config().limits) {
    event.limits.max_in_flight = static_cast<int32_t>(world_.random().Below(4));
    event.limits.max_per_second = static_cast<double>(world_.random().Below(3) * 10);
  }
  return event;
}

void Clients::Change(core::JobSpec* spec, const core::JobSpec& other, uint64_t members) {
  if (members & 1) {
    spec->timing = other.timing;
    spec->time_zone = other.time_zone;
    spec->dst = other.dst;
  }
  if (members & 2) spec->executions = other.executions;
  if (members & 4) spec->end_time = other.end_time;
  if (members & 8) spec->overlap = other.overlap;
  if (members & 16) spec->name = other.name;
  if (members & 32) spec->event = other.event;
  if (members & 64) spec->input_json = other.input_json;
  if (members & 128) spec->retry = other.retry;
  if (members & 256) spec->start_time = other.start_time;
  if (members & 512) spec->catchup = other.catchup;
  if (members & 1024) spec->history_limit = other.history_limit;
  if (members & 2048) spec->exclude = other.exclude;
  if (members & 4096) spec->jitter = other.jitter;
  if (members & 8192) spec->exclude_calendars = other.exclude_calendars;
  // What does not go together is refused before it reaches the engine.
  if (!spec->timing.IsInterval()) spec->interval_mode = core::IntervalMode::kFixedRate;
  if (spec->interval_mode == core::IntervalMode::kFixedDelay) {
    spec->exclude.clear();
    spec->exclude_calendars.clear();
  }
}

// ---- changes ------------------------------------------------------------------------------------

void Clients::Create(bool again) {
  Question q = Ask(Op::kCreate);
  engine::CreateJob command;
  if (again && !creates_.empty()) {
    command = creates_[world_.random().Below(creates_.size())];
    q.product = command.spec.product;
    q.tag = command.spec.tag;
  } else {
    command.spec = RandomSpec(q.product, q.tag);
    if (world_.random().Percent(40)) {
      command.request.id = absl::StrCat("request", ++next_request_);
      command.request.body_hash = next_request_;
      creates_.push_back(command);
    }
  }
  q.request_id = command.request.id;
  SendCreate(std::move(command), q);
}

void Clients::SendCreate(engine::CreateJob command, const Question& q) {
  world_.service()->Create(std::move(command), [this, q](const absl::StatusOr<JobView>& view) {
    if (!Answered(q, view.status())) return;
    CheckView(q, *view);
    if (q.request_id.empty()) return;
    const auto [it, is_first] =
        created_.emplace(q.request_id, std::pair(view->job.uid, world_.wall()));
    // A day's step forward makes it old, also where a step back follows.
    const bool young = world_.wall() - it->second.second < 20 * base::kHour &&
                       world_.config().large_step_every == 0;
    if (!is_first && young && it->second.first != view->job.uid) {
      world_.findings().Violate("R1 request ids", q.request_id, " created two jobs");
    }
  });
}

void Clients::BatchCreate() {
  std::vector<engine::CreateJob> commands;
  std::vector<Question> questions;
  for (uint64_t i = 1 + world_.random().Below(5); i > 0; --i) {
    questions.push_back(Ask(Op::kBatchCreate));
    engine::CreateJob command;
    command.spec = RandomSpec(questions.back().product, questions.back().tag);
    commands.push_back(std::move(command));
  }
  world_.service()->CreateBatch(
      std::move(commands),
      [this, questions](const absl::StatusOr<std::vector<absl::StatusOr<JobView>>>& views) {
        for (size_t i = 0; views.ok() && i < questions.size(); ++i) {
          const absl::StatusOr<JobView>& view = (*views)[i];
          if (Answered(questions[i], view.status())) CheckView(questions[i], *view);
        }
      });
}

void Clients::Update() {
  const Question q = Ask(Op::kUpdate);
  engine::UpdateJob command;
  command.product = q.product;
  command.tag = q.tag;
  auto other = std::make_shared<const core::JobSpec>(RandomSpec(q.product, q.tag));
  const uint64_t members = world_.random().Next() & world_.random().Next();
  command.patch = [this, other, members](core::JobSpec* spec) {
    Change(spec, *other, members);
    return absl::OkStatus();
  };
  if (world_.random().Percent(10)) command.if_missing = *other;
  world_.service()->Update(std::move(command), [this, q](const absl::StatusOr<JobView>& view) {
    if (Answered(q, view.status())) CheckView(q, *view);
  });
}

void Clients::Delete() {
  const Question q = Ask(Op::kDelete);
  world_.service()->Delete(engine::DeleteJob{q.product, q.tag, "", false, {}},
                           [this, q](const absl::StatusOr<engine::Done>& done) {
                             if (!Answered(q, done.status())) return;
                             if (!world_.model().MissingSince(q.product, q.tag, q.asked)) {
                               world_.findings().Violate("R8", "the delete of ", q.tag,
                                                         " is not durable");
                             }
                           });
}

void Clients::Pause() {
  const Question q = Ask(Op::kPause);
  const bool cancel = world_.random().Percent(30);
  world_.service()->Pause(engine::PauseJob{q.product, q.tag, "why", cancel, "", {}},
                          [this, q](const absl::StatusOr<JobView>& view) {
                            if (!Answered(q, view.status())) return;
                            CheckState(q, view->job.uid, core::JobState::kPaused);
                          });
}

void Clients::Resume() {
  const Question q = Ask(Op::kResume);
  auto& under_way = resumes_[{q.product, q.tag}];
  if (under_way.first != world_.incarnation()) under_way = {world_.incarnation(), 0};
  ++under_way.second;
  world_.service()->Resume(engine::ResumeJob{q.product, q.tag, world_.random().Percent(40), "", {}},
                           [this, q](const absl::StatusOr<JobView>& view) {
                             --resumes_[{q.product, q.tag}].second;
                             if (!Answered(q, view.status())) return;
                             CheckState(q, view->job.uid, core::JobState::kActive);
                           });
}

// An occurrence to come of the job that stands, or one already skipped, or any time.
void Clients::Skip() {
  const Question q = Ask(Op::kSkip);
  base::Random& random = world_.random();
  engine::SkipOccurrence command;
  command.product = q.product;
  command.tag = q.tag;
  command.undo = random.Percent(25);
  command.scheduled_time = world_.engine()->Now() + world_.Around(world_.config().max_interval);
  if (const ModelJob* job = StandingJob(q.product, q.tag)) {
    std::optional<Millis> time = job->times.Next(std::max(job->covered, world_.engine()->Now()));
    for (uint64_t i = random.Below(4); i > 0 && time.has_value(); --i)
      time = job->times.Next(*time);
    if (time.has_value()) command.scheduled_time = *time;
    if (command.undo && !job->skipped.empty()) command.scheduled_time = *job->skipped.begin();
  }
  world_.service()->Skip(std::move(command), [this, q](const absl::StatusOr<JobView>& view) {
    if (Answered(q, view.status())) CheckView(q, *view);
  });
}

// A range that some occurrences lie in, mostly.
void Clients::Backfill() {
  const Question q = Ask(Op::kBackfill);
  base::Random& random = world_.random();
  const ModelJob* job = StandingJob(q.product, q.tag);
  engine::BackfillJob command;
  command.product = q.product;
  command.tag = q.tag;
  command.cancel = random.Percent(15);
  command.parallel = static_cast<int32_t>(random.Percent(60) ? 1 : 1 + random.Below(4));
  command.end = world_.engine()->Now() - static_cast<Millis>(random.Below(100));
  const Millis interval = job != nullptr ? job->times.interval : 0;
  command.start =
      command.end - 1 - world_.Around(std::max<Millis>(8 * interval, interval == 0 ? 20'000 : 1));
  world_.service()->Backfill(std::move(command), [this, q](const absl::StatusOr<JobView>& view) {
    if (Answered(q, view.status())) CheckView(q, *view);
  });
}

void Clients::Run() {
  const Question q = Ask(Op::kRun);
  engine::RunJob command;
  command.product = q.product;
  command.tag = q.tag;
  if (world_.random().Percent(40)) {
    command.overlap =
        core::OverlapPolicy{static_cast<core::OverlapMode>(1 + world_.random().Below(3)), 3};
  }
  world_.service()->Run(std::move(command), [this, q](const absl::StatusOr<core::Run>& run) {
    if (!Answered(q, run.status())) return;
    const JournalModel& model = world_.model();
    if (model.FindOpen(run->key) == nullptr && model.FindRecord(run->key) == nullptr) {
      world_.findings().Violate("R1 durability", "run ", core::FormatRunId(run->key),
                                " is acknowledged, but not durable");
    }
  });
}

void Clients::Cancel() {
  const Question q = Ask(Op::kCancel);
  const ModelJob* job = StandingJob(q.product, q.tag);
  if (job == nullptr || job->last_number == 0) return;
  const int64_t back = static_cast<int64_t>(world_.random().Below(3));
  const core::RunKey key{job->uid, std::max<int64_t>(1, job->last_number - back)};
  world_.service()->Cancel(engine::CancelRun{q.product, key, "", {}},
                           [this, q, key](const absl::StatusOr<core::Run>& run) {
                             if (!Answered(q, run.status())) return;
                             const ModelRecord* record = world_.model().FindRecord(key);
                             if (record == nullptr || record->state != core::RunState::kCancelled) {
                               world_.findings().Violate("R1 durability", "the cancel of ",
                                                         core::FormatRunId(key), " is not durable");
                             }
                           });
}

void Clients::ChangeEvent(Op op) {
  const Question q = Ask(op);
  const auto number = static_cast<int>(world_.random().Below(kEvents));
  const auto answered = [this, q](const auto& result) { Answered(q, result.status()); };
  core::Event event = RandomEvent(q.product, number);
  if (op == Op::kCreateEvent) {
    world_.service()->Create(engine::CreateEvent{std::move(event), {}, false}, answered);
  } else if (op == Op::kUpdateEvent) {
    engine::UpdateEvent command;
    command.product = q.product;
    command.key = event.key;
    command.patch = [event](core::Event* e) {
      e->target = event.target;
      e->limits = event.limits;
      return absl::OkStatus();
    };
    world_.service()->Update(std::move(command), answered);
  } else {
    const bool force = world_.random().Percent(50);
    world_.service()->Delete(engine::DeleteEvent{q.product, event.key, "", force, false, {}},
                             answered);
  }
}

void Clients::LiftLimits() {
  for (const char* product : {"main", "other"}) {
    for (int i = 0; i < kEvents; ++i) {
      engine::UpdateEvent command;
      command.product = product;
      command.key = {core::EventType::kAction, absl::StrCat("event", i)};
      command.patch = [](core::Event* e) {
        e->limits = {};
        return absl::OkStatus();
      };
      world_.service()->Update(std::move(command), [](const absl::StatusOr<engine::EventView>&) {});
    }
  }
}

// Creates it or changes it. Now and then the process ends with the commit, before any job is planned by it.
void Clients::PutCalendar() {
  const Question q = Ask(Op::kPutCalendar);
  const std::string tag = RandomCalendar();
  const CalendarHistory* history = world_.model().FindCalendar(q.product, tag);
  const Millis reach = 3 * world_.config().max_interval;
  const core::CalendarSpec spec =
      SpecOf(q.product, tag,
             RandomWindows(world_.engine()->Now(), reach,
                           history == nullptr ? Windows() : history->latest(), &world_.random()));
  if (world_.config().crash_every > 0 && world_.random().Percent(50)) {
    world_.disk().next_commit = DiskFaults::NextCommit::kFailsWritten;
  }
  engine::UpdateCalendar command;
  command.product = q.product;
  command.tag = tag;
  command.if_missing = spec;
  command.patch = [spec](core::CalendarSpec* patched) {
    *patched = spec;
    return absl::OkStatus();
  };
  world_.service()->Update(
      std::move(command),
      [this, q](const absl::StatusOr<engine::CalendarView>& view) { Answered(q, view.status()); });
}

void Clients::DeleteCalendar() {
  const Question q = Ask(Op::kDeleteCalendar);
  const CalendarHistory* history = world_.model().FindCalendar(q.product, "calendar0");
  // What it covers around now must not matter: see RandomWindows.
  const Millis now = world_.engine()->Now();
  for (int64_t second = now / 1000 - 1; second <= now / 1000 + 2; ++second) {
    if (history != nullptr && Holds(history->latest(), second)) return;
  }
  world_.service()->Delete(
      engine::DeleteCalendar{q.product, "calendar0", "", /*force=*/true, true, {}},
      [this, q](const absl::StatusOr<engine::Done>& done) { Answered(q, done.status()); });
}

}  // namespace sim
