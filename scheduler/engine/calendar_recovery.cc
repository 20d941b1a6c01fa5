#include "scheduler/engine/calendar_recovery.h"

#include <string_view>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/ids.h"
#include "scheduler/engine/row_scan.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {
namespace {

namespace errors = base::errors;
using Times = std::shared_ptr<const core::Calendar>;

// The times of a stored calendar, which this machine may not be able to read: it may lack its zone.
absl::StatusOr<Times> TimesOf(const core::CalendarSpec& spec) {
  absl::StatusOr<Times> times = core::Calendar::Make(spec);
  if (times.ok()) return times;
  const std::string name = base::StrCat("calendar ", spec.product, "/", spec.tag);
  const base::TimeZones& zones = base::TimeZones::Get();
  if (!zones.Find(spec.time_zone).has_value()) {
    return errors::TimeZoneMissing(spec.time_zone, zones.version(), name);
  }
  return errors::StoreCorrupt(name, base::FromAbsl(times.status().message()));
}

}  // namespace

absl::StatusOr<std::vector<UnsettledCalendar>> LoadCalendars(
    const store::Store& store, catalog::CalendarTable* table,
    absl::FunctionRef<void(uint64_t)> note_sequence) {
  absl::Status status =
      ForEachRow(store, store::Table::kCalendars, "", [&](std::string_view row) -> absl::Status {
        absl::StatusOr<core::StoredCalendar> calendar = store::DecodeCalendar(row);
        if (!calendar.ok()) return calendar.status();
        absl::StatusOr<Times> times = TimesOf(calendar->spec);
        if (!times.ok()) return times.status();
        note_sequence(core::SequenceOf(calendar->uid));
        const std::string product = calendar->spec.product;
        const std::string tag = calendar->spec.tag;
        table->Put(*std::move(calendar));
        table->Activate(product, tag, *std::move(times), 0);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  std::vector<UnsettledCalendar> unsettled;
  status = ForEachRow(
      store, store::Table::kMeta, store::kCalendarChangePrefix,
      [&](std::string_view row) -> absl::Status {
        const absl::StatusOr<store::CalendarChange> change = store::DecodeCalendarChange(row);
        if (!change.ok()) return change.status();
        absl::StatusOr<Times> before = Times();
        if (change->before.has_value()) before = TimesOf(*change->before);
        if (!before.ok()) return before.status();
        Times after = table->Times(change->product, change->tag);
        table->Activate(change->product, change->tag,
                        core::Calendar::Changed(*std::move(before), change->at + 1, after), 0);
        unsettled.push_back({change->product, change->tag, std::move(after)});
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return unsettled;
}

}  // namespace scheduler::engine
