#ifndef SCHEDULER_STORE_JOURNAL_JOB_READERS_H_
#define SCHEDULER_STORE_JOURNAL_JOB_READERS_H_

#include <cstdint>

#include "ductape/jobs/store/v1/journal.pb.h"
#include "scheduler/core/transitions.h"
#include "scheduler/store/journal_columns.h"
#include "scheduler/store/journal_run_readers.h"
#include "scheduler/store/record_wire.h"

// The readers of the other kinds: stretches, cursors, jobs. See journal_run_readers.h.
namespace scheduler::store::wire {

class StretchOpenedReader {
 public:
  StretchOpenedReader(const pb::StretchOpened& from, ReadContext* context)
      : context_(context),
        run_(from),
        reason_(from.reason_text()),
        first_(from.first_offset()),
        at_(from.at_offset()) {}
  int rows() const {
    const int rows = run_.size();
    return run_.Fits() && reason_.Fits(rows) && first_.Fits(rows) && at_.Fits(rows) ? rows : -1;
  }
  bool Next(core::StretchOpened* to) {
    const bool valid = run_.Next(to);
    const uint32_t row = run_.row();
    to->first = Plus(context_->time_floor, first_.At(row));
    to->at = Minus(context_->time_floor, at_.At(row));
    return valid && context_->texts.Get(reason_.At(row), &to->reason);
  }

 private:
  ReadContext* context_;
  RunReader run_;
  ColumnReader<uint32_t> reason_;
  ColumnReader<int64_t> first_;
  ColumnReader<int64_t> at_;
};

class StretchClosedReader {
 public:
  StretchClosedReader(const pb::StretchClosed& from, ReadContext* context)
      : context_(context),
        run_(from),
        state_(from.state(), pb::RUN_STATE_SKIPPED),
        reason_(from.reason_text()),
        first_(from.first_offset()),
        last_(from.last_offset()),
        count_(from.count(), 1),
        cursor_(from.cursor_offset()),
        at_(from.at_offset()) {}
  int rows() const {
    const int rows = run_.size();
    const bool fits = run_.Fits() && state_.Fits(rows) && reason_.Fits(rows) && first_.Fits(rows) &&
                      last_.Fits(rows) && count_.Fits(rows) && cursor_.Fits(rows) && at_.Fits(rows);
    return fits ? rows : -1;
  }
  bool Next(core::StretchClosed* to) {
    const bool valid = run_.Next(to);
    const uint32_t row = run_.row();
    to->state = static_cast<core::RunState>(state_.At(row));
    to->first = Plus(context_->time_floor, first_.At(row));
    to->last = Plus(to->first, last_.At(row));
    to->count = count_.At(row);
    to->cursor = Plus(to->last, cursor_.At(row));
    to->at = Minus(context_->time_floor, at_.At(row));
    return valid && IsStretchState(state_.At(row)) && to->count >= 0 &&
           context_->texts.Get(reason_.At(row), &to->reason);
  }

 private:
  ReadContext* context_;
  RunReader run_;
  ColumnReader<int> state_;
  ColumnReader<uint32_t> reason_;
  ColumnReader<int64_t> first_;
  ColumnReader<int64_t> last_;
  ColumnReader<int64_t> count_;
  ColumnReader<int64_t> cursor_;
  ColumnReader<int64_t> at_;
};

class CursorMovedReader {
 public:
  CursorMovedReader(const pb::CursorMoved& from, ReadContext* context)
      : floor_(context->time_floor),
        size_(from.uid_delta_size()),
        uid_(from.uid_delta()),
        cursor_(from.cursor_offset()),
        start_(from.start_delta()) {}
  int rows() const { return cursor_.Fits(size_) && start_.Fits(size_) ? size_ : -1; }
  bool Next(core::CursorMoved* to) {
    const uint32_t row = row_++;
    to->uid = uid_.At(row);
    to->cursor = Plus(floor_, cursor_.At(row));
    to->start_time = static_cast<Millis>(start_.At(row));
    return to->uid != 0;
  }

 private:
  Millis floor_;
  int size_;
  uint32_t row_ = 0;
  DeltaReader uid_;
  ColumnReader<int64_t> cursor_;
  DeltaReader start_;
};

class JobStateReader {
 public:
  JobStateReader(const pb::JobStateChanged& from, ReadContext* context)
      : context_(context),
        fields_(from),
        size_(from.uid_delta_size()),
        uid_(from.uid_delta()),
        state_(from.state(), pb::JOB_STATE_ACTIVE),
        by_request_(from.by_request()),
        reason_(from.reason_text()),
        note_row_(from.note_row()),
        at_(from.at_offset()) {}
  int rows() const {
    const bool fits = state_.Fits(size_) && by_request_.Fits(size_) && reason_.Fits(size_) &&
                      note_row_.Fits(size_, fields_.note_size()) && at_.Fits(size_);
    return fits ? size_ : -1;
  }
  bool Next(core::JobStateChanged* to) {
    const uint32_t row = row_++;
    to->uid = uid_.At(row);
    to->state = static_cast<core::JobState>(state_.At(row));
    to->by_request = by_request_.At(row);
    if (const int at = note_row_.At(row); at != SparseReader::kNone) to->note = fields_.note(at);
    to->at = Minus(context_->time_floor, at_.At(row));
    return to->uid != 0 && IsJobState(state_.At(row)) &&
           context_->texts.Get(reason_.At(row), &to->reason);
  }

 private:
  ReadContext* context_;
  const pb::JobStateChanged& fields_;
  int size_;
  uint32_t row_ = 0;
  DeltaReader uid_;
  ColumnReader<int> state_;
  ColumnReader<bool> by_request_;
  ColumnReader<uint32_t> reason_;
  SparseReader note_row_;
  ColumnReader<int64_t> at_;
};

class JobDeletedReader {
 public:
  JobDeletedReader(const pb::JobDeleted& from, ReadContext* context)
      : floor_(context->time_floor),
        size_(from.uid_delta_size()),
        uid_(from.uid_delta()),
        at_(from.at_offset()) {}
  int rows() const { return at_.Fits(size_) ? size_ : -1; }
  bool Next(core::JobDeleted* to) {
    const uint32_t row = row_++;
    to->uid = uid_.At(row);
    to->at = Minus(floor_, at_.At(row));
    return to->uid != 0;
  }

 private:
  Millis floor_;
  int size_;
  uint32_t row_ = 0;
  DeltaReader uid_;
  ColumnReader<int64_t> at_;
};

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_JOURNAL_JOB_READERS_H_
