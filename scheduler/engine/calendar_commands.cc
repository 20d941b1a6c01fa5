#include "scheduler/engine/calendar_commands.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "scheduler/engine/job_commands.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {

namespace errors = base::errors;

void CalendarCommands::Activate(const std::string& product, const std::string& tag,
                                std::shared_ptr<const core::Calendar> times) {
  core_.Reply([table = &core_.tables().calendars, product, tag, times = std::move(times),
               now = core_.now()](store::Position) mutable {
    table->Activate(product, tag, std::move(times), now);
  });
}

void CalendarCommands::BeginChange(const std::string& product, const std::string& tag,
                                   const catalog::CalendarEntry& before) {
  Unsettled& unsettled = unsettled_[{product, tag}];
  ++unsettled.changes;
  // Jobs that name it from now on see it as it is.
  if (unsettled.has_row || before.job_count == 0) return;
  unsettled.has_row = true;
  store::CalendarChange change{product, tag, core_.now(), {}};
  if (before.calendar != nullptr) change.before = before.calendar->spec;
  core_.Put(store::Table::kMeta, store::CalendarChangeKey(product, tag),
            store::EncodeCalendarChange(change));
}

void CalendarCommands::Settled(const std::string& product, const std::string& tag) {
  const auto it = unsettled_.find({product, tag});
  if (it == unsettled_.end() || --it->second.changes > 0) return;
  if (it->second.has_row) {
    core_.Put(store::Table::kMeta, store::CalendarChangeKey(product, tag), std::nullopt);
  }
  unsettled_.erase(it);
}

void CalendarCommands::Resume(const std::string& product, const std::string& tag) {
  unsettled_[{product, tag}] = {1, true};
}

CalendarView CalendarCommands::Store(core::StoredCalendar calendar,
                                     std::shared_ptr<const core::Calendar> times) {
  const std::string& product = calendar.spec.product;
  const std::string& tag = calendar.spec.tag;
  core_.registry().catalog_ticket.store(core_.ticket());
  core_.Put(store::Table::kCalendars, store::CalendarRowKey(product, calendar.uid),
            store::EncodeCalendar(calendar));
  core_.tables().calendars.Put(calendar);
  Activate(product, tag, std::move(times));
  const int64_t job_count = core_.tables().calendars.Find(product, tag).job_count;
  return CalendarView{std::move(calendar), job_count};
}

absl::StatusOr<CalendarView> CalendarCommands::Put(const Prepared& command, bool* changed) {
  const catalog::CalendarEntry existing =
      core_.tables().calendars.Find(command.spec.product, command.spec.tag);
  core::StoredCalendar calendar;
  calendar.spec = command.spec;
  calendar.update_time = core_.now();
  if (command.expected_uid == 0) {
    if (existing.calendar != nullptr) {
      return errors::CalendarAlreadyExists(command.spec.product, command.spec.tag);
    }
    if (core_.tables().calendars.full()) {
      return errors::Overloaded("calendars of the server", base::kHour);
    }
    calendar.generation = 1;
    calendar.create_time = core_.now();
    if (command.validate_only) return CalendarView{std::move(calendar), existing.job_count};
    const uint64_t sequence = core_.registry().last_sequence.fetch_add(1) + 1;
    calendar.uid = core::MakeUid(sequence, 0);
    core_.Put(store::Table::kMeta, std::string(store::kEventSequenceRow),
              store::EncodeSequence(sequence));
  } else {
    const core::StoredCalendar* before = existing.calendar.get();
    if (before == nullptr || before->uid != command.expected_uid ||
        before->generation != command.expected_generation) {
      return ChangedMeanwhile();
    }
    if (absl::Status s = CheckEtag(command.etag, *before); !s.ok()) return s;
    if (before->spec == command.spec) {
      if (!command.validate_only) {
        Remember(&core_, command.spec.product, command.request, before->uid);
      }
      return CalendarView{*before, existing.job_count};
    }
    calendar.uid = before->uid;
    calendar.generation = before->generation + 1;
    calendar.create_time = before->create_time;
    if (command.validate_only) return CalendarView{std::move(calendar), existing.job_count};
  }
  *changed = true;
  BeginChange(command.spec.product, command.spec.tag, existing);
  Remember(&core_, command.spec.product, command.request, calendar.uid);
  return Store(std::move(calendar), command.times);
}

absl::StatusOr<Done> CalendarCommands::Delete(const DeleteCalendar& command, bool* changed) {
  const catalog::CalendarEntry existing =
      core_.tables().calendars.Find(command.product, command.tag);
  if (existing.calendar == nullptr) {
    if (command.allow_missing) return Done();
    return errors::CalendarResourceNotFound(command.product, command.tag);
  }
  if (absl::Status s = CheckEtag(command.etag, *existing.calendar); !s.ok()) return s;
  if (existing.job_count > 0 && !command.force) {
    return errors::CalendarInUse(command.product, command.tag, existing.job_count);
  }
  *changed = true;
  BeginChange(command.product, command.tag, existing);
  core_.registry().catalog_ticket.store(core_.ticket());
  core_.Put(store::Table::kCalendars,
            store::CalendarRowKey(command.product, existing.calendar->uid), std::nullopt);
  Remember(&core_, command.product, command.request, existing.calendar->uid);
  core_.tables().calendars.Remove(command.product, command.tag);
  Activate(command.product, command.tag, nullptr);
  return Done();
}

}  // namespace scheduler::engine
