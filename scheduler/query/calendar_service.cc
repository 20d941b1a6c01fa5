// Calendars: the part of SchedulerService that changes and reads them.

#include <memory>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/query/mutate.h"
#include "scheduler/query/scheduler_service.h"

namespace scheduler::query {

namespace errors = base::errors;
using engine::CalendarView;
using engine::kCatalogLoop;
using engine::Reply;
using Prepared = engine::CalendarCommands::Prepared;

namespace {

// How often an update begins anew since another came first: it is worked out again each time.
constexpr int kCalendarTries = 5;

// `reply`, after the loops have seen the change. `changed` says whether there was one.
template <typename T>
Reply<T> AfterSettling(engine::Engine* engine, const std::string& product, const std::string& tag,
                       std::shared_ptr<const bool> changed, Reply<T> reply) {
  return [engine, product, tag, changed = std::move(changed),
          reply = std::move(reply)](absl::StatusOr<T> result) mutable {
    if (!result.ok() || !*changed) {
      reply(std::move(result));
      return;
    }
    engine->SettleCalendar(product, tag,
                           [reply = std::move(reply), result = std::move(result)]() mutable {
                             reply(std::move(result));
                           });
  };
}

}  // namespace

void SchedulerService::PutCalendar(Prepared prepared, Reply<CalendarView> reply) {
  const std::string product = prepared.spec.product;
  const std::string tag = prepared.spec.tag;
  const engine::RequestId request = prepared.request;
  const auto changed = std::make_shared<bool>(false);
  Mutate<CalendarView>(
      product, request, kCatalogLoop,
      AfterSettling<CalendarView>(&engine_, product, tag, changed, std::move(reply)),
      [prepared = std::move(prepared), changed](engine::Loop& l) {
        return l.calendars().Put(prepared, changed.get());
      },
      [this, product, tag](const store::RequestRecord& r, Reply<CalendarView> again) {
        // The calendar that was made then, not another one of the tag.
        GetCalendar(
            product, tag,
            [product, tag, uid = r.uid,
             again = std::move(again)](absl::StatusOr<CalendarView> view) mutable {
              const bool other = view.ok() && view->calendar.uid != uid;
              again(other ? errors::CalendarResourceNotFound(product, tag) : std::move(view));
            });
      });
}

void SchedulerService::Create(engine::CreateCalendar command, Reply<CalendarView> reply) {
  auto times = core::Calendar::Make(command.spec);
  if (!times.ok()) return reply(errors::WithFieldPrefix(times.status(), "calendar."));
  Prepared prepared;
  prepared.spec = std::move(command.spec);
  prepared.times = *std::move(times);
  prepared.request = std::move(command.request);
  prepared.validate_only = command.validate_only;
  PutCalendar(std::move(prepared), std::move(reply));
}

void SchedulerService::Update(engine::UpdateCalendar command, Reply<CalendarView> reply) {
  UpdateCalendar(std::make_shared<engine::UpdateCalendar>(std::move(command)), std::move(reply),
                 kCalendarTries);
}

void SchedulerService::UpdateCalendar(std::shared_ptr<engine::UpdateCalendar> command,
                                      Reply<CalendarView> reply, int tries) {
  const catalog::CalendarEntry entry =
      engine_.registry().tables().calendars.Find(command->product, command->tag);
  Prepared prepared;
  if (entry.calendar != nullptr) {
    prepared.spec = entry.calendar->spec;
    if (absl::Status s = command->patch(&prepared.spec); !s.ok()) return reply(std::move(s));
    prepared.expected_uid = entry.calendar->uid;
    prepared.expected_generation = entry.calendar->generation;
  } else if (command->if_missing.has_value()) {
    prepared.spec = *command->if_missing;
  } else {
    return reply(errors::CalendarResourceNotFound(command->product, command->tag));
  }
  auto times = core::Calendar::Make(prepared.spec);
  if (!times.ok()) return reply(errors::WithFieldPrefix(times.status(), "calendar."));
  prepared.times = *std::move(times);
  prepared.etag = command->etag;
  prepared.request = command->request;
  prepared.validate_only = command->validate_only;
  // Another call may have changed, created or deleted it just before.
  auto unless_changed = [this, command, tries,
                         reply = std::move(reply)](absl::StatusOr<CalendarView> result) mutable {
    const bool again = engine::IsChangedMeanwhile(result.status()) ||
                       (absl::IsAlreadyExists(result.status()) && command->if_missing.has_value());
    if (again && tries > 0) {
      UpdateCalendar(std::move(command), std::move(reply), tries - 1);
    } else {
      reply(again ? errors::Overloaded("updates of the calendar", 100) : std::move(result));
    }
  };
  PutCalendar(std::move(prepared), std::move(unless_changed));
}

void SchedulerService::Delete(engine::DeleteCalendar command, Reply<engine::Done> reply) {
  const std::string product = command.product;
  const std::string tag = command.tag;
  const engine::RequestId request = command.request;
  const auto changed = std::make_shared<bool>(false);
  Mutate<engine::Done>(
      product, request, kCatalogLoop,
      AfterSettling<engine::Done>(&engine_, product, tag, changed, std::move(reply)),
      [command = std::move(command), changed](engine::Loop& l) {
        return l.calendars().Delete(command, changed.get());
      },
      [](const store::RequestRecord&, Reply<engine::Done> again) { again(engine::Done()); });
}

void SchedulerService::GetCalendar(const std::string& product, const std::string& tag,
                                   Reply<CalendarView> reply) {
  engine::JobRegistry& registry = engine_.registry();
  const catalog::CalendarEntry entry = registry.tables().calendars.Find(product, tag);
  absl::StatusOr<CalendarView> view = errors::CalendarResourceNotFound(product, tag);
  if (entry.calendar != nullptr) view = CalendarView{*entry.calendar, entry.job_count};
  registry.gate(kCatalogLoop)
      .When(registry.catalog_ticket.load(), WhenDurable(std::move(reply), std::move(view)));
}

void SchedulerService::List(const engine::ListCalendars& query, Reply<engine::CalendarPage> reply) {
  engine::JobRegistry& registry = engine_.registry();
  engine::CalendarPage page;
  size_t bytes = 0;
  for (const catalog::CalendarEntry& entry :
       registry.tables().calendars.List(query.product, query.after, query.page_size + 1)) {
    if (static_cast<int>(page.calendars.size()) >= query.page_size ||
        bytes > size_t{base::limits::kMaxPageBytes}) {
      page.next_after = page.calendars.back().calendar.uid;
      break;
    }
    const core::CalendarSpec& spec = entry.calendar->spec;
    bytes += 400 + spec.icalendar.size() + 12 * spec.dates.size() + 30 * spec.date_ranges.size();
    page.calendars.push_back(CalendarView{*entry.calendar, entry.job_count});
  }
  absl::StatusOr<engine::CalendarPage> result = std::move(page);
  registry.gate(kCatalogLoop)
      .When(registry.catalog_ticket.load(), WhenDurable(std::move(reply), std::move(result)));
}

std::vector<std::shared_ptr<const core::Calendar>> SchedulerService::FindCalendars(
    const std::string& product, const std::vector<std::string>& tags) {
  catalog::CalendarTable& table = engine_.registry().tables().calendars;
  std::vector<std::shared_ptr<const core::Calendar>> found;
  for (const std::string& tag : tags) {
    const absl::StatusOr<catalog::CalendarId> id = table.Refer(product, tag);
    found.push_back(id.ok() ? table.Get(*id) : nullptr);
    if (id.ok()) table.Unrefer(*id);
  }
  return found;
}

}  // namespace scheduler::query
