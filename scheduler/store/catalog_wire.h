#ifndef SCHEDULER_STORE_CATALOG_WIRE_H_
#define SCHEDULER_STORE_CATALOG_WIRE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "ductape/jobs/store/v1/catalog.pb.h"
#include "ductape/jobs/store/v1/journal.pb.h"
#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/core/model.h"
#include "scheduler/core/transitions.h"

// Definitions between the model and catalog.proto, for rows, journal and checkpoints. Internal to
// the codecs. Read answers DATA_LOSS STORE_CORRUPT where a value is none of its enum's.
namespace scheduler::store::wire {

namespace pb = ductape::jobs::store::v1;

// The oldest format whose code reads this as it is meant: above 0, which is any, where older ones
// would not know all that decides its times, or what it calls.
uint32_t MinReaderOf(const core::JobSpec& spec);
uint32_t MinReaderOf(const core::Amendments& amendments);
uint32_t MinReaderOf(const core::Target& target);

void Write(const core::JobSpec& from, pb::JobSpec* to);
absl::Status Read(const pb::JobSpec& from, core::JobSpec* to);

void Write(const core::RetryPolicy& from, pb::RetryPolicy* to);
core::RetryPolicy Read(const pb::RetryPolicy& from);

void Write(const core::Event& from, pb::Event* to);
absl::Status Read(const pb::Event& from, core::Event* to);

// Read leaves the row's uid, generation and times to the caller.
void Write(const core::CalendarSpec& from, pb::Calendar* to);
absl::Status Read(const pb::Calendar& from, core::CalendarSpec* to);

void Write(const core::JobDefined& from, pb::JobDefined* to);
absl::Status Read(const pb::JobDefined& from, core::JobDefined* to);

void Write(const core::Amendments& from, pb::Amendments* to);
core::Amendments Read(const pb::Amendments& from);

void Write(const core::ScheduleAmended& from, pb::ScheduleAmended* to);
absl::Status Read(const pb::ScheduleAmended& from, core::ScheduleAmended* to);

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_CATALOG_WIRE_H_
