#ifndef SCHEDULER_STORE_JOURNAL_CODEC_H_
#define SCHEDULER_STORE_JOURNAL_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/transitions.h"

// Transitions as packed columns (ductape.jobs.store.v1.JournalEntry) and back.
//
// One message a kind of transition, its members as packed repeated columns; the order of rows across
// kinds is kept as runs of (kind, length). Values that mostly equal another (due = nominal, at =
// time floor) are stored as the difference. An older reader skips columns and kinds that it does not
// know if the entry's `min_reader` allows it, and refuses the entry otherwise (STORE_TOO_NEW): a
// writer raises `min_reader` only in entries that hold something which must not be skipped.
namespace scheduler::store {

// What this code writes and the newest entry that it may read.
inline constexpr int kJournalVersion = 5;

struct DecodedEntry {
  int64_t epoch = 0;
  base::Millis time_floor = 0;
  core::Transitions transitions;
};

// The entry of one group commit: the transitions of all `parts` in order. Appends to `out`; returns
// false, with nothing appended, if the entry would exceed 2 GiB.
bool EncodeEntry(int64_t epoch, base::Millis time_floor,
                 absl::Span<const core::Transitions* const> parts, std::string* out);

// FAILED_PRECONDITION STORE_TOO_NEW if the entry needs a newer reader, DATA_LOSS STORE_CORRUPT if
// the bytes make no sense (columns of unequal length, unknown enum values, numbers out of range).
absl::StatusOr<DecodedEntry> DecodeEntry(std::string_view bytes);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_JOURNAL_CODEC_H_
