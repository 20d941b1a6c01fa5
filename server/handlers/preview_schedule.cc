#include "server/handlers/preview_schedule.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/query/schedule_preview.h"
#include "server/converters/job_to_spec.h"
#include "server/converters/resource_name.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace query = scheduler::query;
namespace v1 = ductape::jobs::v1;
using PreviewCall = UnaryCall<v1::PreviewScheduleRequest, v1::PreviewScheduleResponse>;

absl::StatusOr<query::PreviewRange> ToRange(const v1::PreviewScheduleRequest& request, Millis now) {
  query::PreviewRange range;
  range.from = now;
  if (request.has_from_time()) {
    DUCTAPE_ASSIGN_OR_RETURN(range.from, ToMillis("from_time", request.from_time()));
  }
  if (request.has_to_time()) {
    DUCTAPE_ASSIGN_OR_RETURN(range.to, ToMillis("to_time", request.to_time()));
    if (request.previous()) return errors::FieldInvalid("to_time", "must be unset with previous");
    if (*range.to <= range.from) return errors::FieldInvalid("to_time", "must be after from_time");
  }
  range.previous = request.previous();
  if (request.count() < 0 || request.count() > limits::kMaxPreview) {
    return errors::FieldOutOfRange("count", StrCat(request.count()),
                                   StrCat("0 (the default) to ", limits::kMaxPreview));
  }
  const int fallback = range.to.has_value() ? limits::kMaxPreview : limits::kDefaultPreview;
  range.count = request.count() == 0 ? fallback : request.count();
  return range;
}

// The schedule of a job that need not exist. Patterns reach back as far as they are asked about; what
// counts from a start has it now.
absl::StatusOr<core::JobSpec> ToUnsaved(const v1::PreviewScheduleRequest& request,
                                        const std::string& default_product, Millis now) {
  const v1::Job& job = request.job();
  DUCTAPE_ASSIGN_OR_RETURN(const std::string product,
                           ResolveProduct("product", request.product(), default_product));
  if (!request.product().empty() && !job.product().empty() && job.product() != product) {
    return errors::FieldInvalid("job.product", "must be empty or the same as product");
  }
  DUCTAPE_ASSIGN_OR_RETURN(core::JobSpec spec, ToScheduleSpec(job, product));
  if (!spec.start_time.has_value()) {
    const bool counts = spec.timing.IsInterval() || !spec.timing.rule.empty();
    spec.start_time = counts ? now : 0;
  }
  return spec;
}

core::JobSpec SpecOf(engine::JobView view) {
  core::JobSpec spec = std::move(view.job.spec);
  // Only the next time of such a job is known, and none while a run is active or the job is paused.
  if (spec.interval_mode == core::IntervalMode::kFixedDelay) {
    spec.start_time = view.status.next_run_time;
    spec.jitter = 0;  // which that time has in it
  }
  return spec;
}

// The calendars that the job excludes, without those that were deleted.
std::vector<query::PreviewedCalendar> CalendarsOf(const HandlerEnv& env,
                                                  const core::JobSpec& spec) {
  const auto times = env.engine().FindCalendars(spec.product, spec.exclude_calendars);
  std::vector<query::PreviewedCalendar> calendars;
  for (size_t i = 0; i < times.size(); ++i) {
    if (times[i] != nullptr) calendars.push_back({spec.exclude_calendars[i], times[i]});
  }
  return calendars;
}

absl::Status FirstMissingCalendar(const HandlerEnv& env, const core::JobSpec& spec) {
  const auto times = env.engine().FindCalendars(spec.product, spec.exclude_calendars);
  for (size_t i = 0; i < times.size(); ++i) {
    if (times[i] == nullptr) {
      return errors::CalendarNotFound(spec.product, spec.exclude_calendars[i]);
    }
  }
  return absl::OkStatus();
}

void Answer(const HandlerEnv& env, const core::JobSpec& spec, const query::PreviewedJob& job,
            const query::PreviewRange& range, PreviewCall call) {
  const auto preview = query::PreviewSchedule(spec, range, job, CalendarsOf(env, spec));
  if (!preview.ok()) return call.Fail(preview.status());
  v1::PreviewScheduleResponse* response = call.response();
  response->mutable_occurrences()->Reserve(static_cast<int>(preview->occurrences.size()));
  for (const query::PreviewedOccurrence& occurrence : preview->occurrences) {
    auto* added = response->add_occurrences();
    SetTimestamp(occurrence.nominal, added->mutable_scheduled_time());
    added->set_local_time(occurrence.local_time);
    added->set_note(occurrence.note);
  }
  response->set_description(preview->description);
  for (const std::string& warning : preview->warnings) response->add_warnings(warning);
  call.Succeed();
}

void AnswerOfJob(const HandlerEnv& env, const query::PreviewRange& range, PreviewCall call) {
  const auto name =
      ToResourceName(call.request().product(), call.request().tag(), env.default_product);
  if (!name.ok()) return call.Fail(name.status());
  env.engine().GetJob(
      name->product, name->tag,
      [&env, range, call = std::move(call)](absl::StatusOr<engine::JobView> view) mutable {
        if (!view.ok()) return call.Fail(view.status());
        query::PreviewedJob job{view->status.uid, view->status.skipped_times};
        RunInBulk(
            env, std::move(call),
            [&env, range, job = std::move(job), spec = SpecOf(*std::move(view))](
                PreviewCall admitted) { Answer(env, spec, job, range, std::move(admitted)); });
      });
}

}  // namespace

void PreviewSchedule(const HandlerEnv& env, PreviewCall call) {
  const v1::PreviewScheduleRequest& request = call.request();
  const Millis now = env.engine().Now();
  const auto range = ToRange(request, now);
  if (!range.ok()) return call.Fail(range.status());
  if (request.source_case() == v1::PreviewScheduleRequest::kTag) {
    return AnswerOfJob(env, *range, std::move(call));
  }
  if (!request.has_job()) {
    return call.Fail(
        errors::FieldRequired("tag", "the tag of a job, or job: one that need not exist"));
  }
  auto spec = ToUnsaved(request, env.default_product, now);
  if (!spec.ok()) return call.Fail(spec.status());
  if (absl::Status there = FirstMissingCalendar(env, *spec); !there.ok()) return call.Fail(there);
  RunInBulk(env, std::move(call),
            [&env, range = *range, spec = *std::move(spec)](PreviewCall admitted) {
              Answer(env, spec, {}, range, std::move(admitted));
            });
}

}  // namespace server
