#ifndef SCHEDULER_STORE_JOURNAL_JOB_WRITERS_H_
#define SCHEDULER_STORE_JOURNAL_JOB_WRITERS_H_

#include <cstdint>

#include "ductape/jobs/store/v1/journal.pb.h"
#include "scheduler/core/transitions.h"
#include "scheduler/store/catalog_wire.h"
#include "scheduler/store/journal_columns.h"
#include "scheduler/store/journal_run_writers.h"
#include "scheduler/store/record_wire.h"

// The writers of the other kinds: stretches, cursors, jobs. See journal_run_writers.h.
namespace scheduler::store::wire {

class StretchOpenedWriter {
 public:
  StretchOpenedWriter(pb::StretchOpened* to, Context* context)
      : context_(context),
        run_(to),
        reason_(to->mutable_reason_text()),
        first_(to->mutable_first_offset()),
        at_(to->mutable_at_offset()) {}
  void Add(const core::StretchOpened& stretch) {
    run_.Add(stretch.uid, stretch.number);
    reason_.Add(context_->texts.Number(stretch.reason));
    first_.Add(Minus(stretch.first, context_->time_floor));
    at_.Add(Minus(context_->time_floor, stretch.at));
  }
  void Finish() {
    reason_.Finish();
    first_.Finish();
    at_.Finish();
  }
  uint32_t rows() const { return run_.rows(); }

 private:
  Context* context_;
  RunWriter run_;
  ColumnWriter<uint32_t> reason_;
  ColumnWriter<int64_t> first_;
  ColumnWriter<int64_t> at_;
};

class StretchClosedWriter {
 public:
  StretchClosedWriter(pb::StretchClosed* to, Context* context)
      : context_(context),
        run_(to),
        state_(to->mutable_state(), pb::RUN_STATE_SKIPPED),
        reason_(to->mutable_reason_text()),
        first_(to->mutable_first_offset()),
        last_(to->mutable_last_offset()),
        count_(to->mutable_count(), 1),
        cursor_(to->mutable_cursor_offset()),
        at_(to->mutable_at_offset()) {}
  void Add(const core::StretchClosed& stretch) {
    run_.Add(stretch.uid, stretch.number);
    state_.Add(static_cast<int>(stretch.state));
    reason_.Add(context_->texts.Number(stretch.reason));
    first_.Add(Minus(stretch.first, context_->time_floor));
    last_.Add(Minus(stretch.last, stretch.first));
    count_.Add(stretch.count);
    cursor_.Add(Minus(stretch.cursor, stretch.last));
    at_.Add(Minus(context_->time_floor, stretch.at));
  }
  void Finish() {
    state_.Finish();
    reason_.Finish();
    first_.Finish();
    last_.Finish();
    count_.Finish();
    cursor_.Finish();
    at_.Finish();
  }
  uint32_t rows() const { return run_.rows(); }

 private:
  Context* context_;
  RunWriter run_;
  ColumnWriter<int> state_;
  ColumnWriter<uint32_t> reason_;
  ColumnWriter<int64_t> first_;
  ColumnWriter<int64_t> last_;
  ColumnWriter<int64_t> count_;
  ColumnWriter<int64_t> cursor_;
  ColumnWriter<int64_t> at_;
};

class CursorMovedWriter {
 public:
  CursorMovedWriter(pb::CursorMoved* to, Context* context)
      : floor_(context->time_floor),
        uid_(to->mutable_uid_delta()),
        cursor_(to->mutable_cursor_offset()),
        start_(to->mutable_start_delta()) {}
  void Add(const core::CursorMoved& moved) {
    uid_.Add(moved.uid);
    cursor_.Add(Minus(moved.cursor, floor_));
    start_.Add(static_cast<uint64_t>(moved.start_time));
    ++rows_;
  }
  void Finish() { cursor_.Finish(); }
  uint32_t rows() const { return rows_; }

 private:
  Millis floor_;
  uint32_t rows_ = 0;
  DeltaWriter uid_;
  ColumnWriter<int64_t> cursor_;
  DeltaWriter start_;
};

class JobStateWriter {
 public:
  JobStateWriter(pb::JobStateChanged* to, Context* context)
      : context_(context),
        uid_(to->mutable_uid_delta()),
        state_(to->mutable_state(), pb::JOB_STATE_ACTIVE),
        by_request_(to->mutable_by_request()),
        reason_(to->mutable_reason_text()),
        note_row_(to->mutable_note_row()),
        at_(to->mutable_at_offset()),
        fields_(to) {
    to->mutable_note()->Clear();
  }
  void Add(const core::JobStateChanged& change) {
    uid_.Add(change.uid);
    state_.Add(static_cast<int>(change.state));
    by_request_.Add(change.by_request);
    reason_.Add(context_->texts.Number(change.reason));
    if (!change.note.empty()) {
      note_row_.Add(rows_);
      fields_->add_note(change.note);
    }
    at_.Add(Minus(context_->time_floor, change.at));
    ++rows_;
  }
  void Finish() {
    state_.Finish();
    by_request_.Finish();
    reason_.Finish();
    at_.Finish();
  }
  uint32_t rows() const { return rows_; }

 private:
  Context* context_;
  uint32_t rows_ = 0;
  DeltaWriter uid_;
  ColumnWriter<int> state_;
  ColumnWriter<bool> by_request_;
  ColumnWriter<uint32_t> reason_;
  SparseWriter note_row_;
  ColumnWriter<int64_t> at_;
  pb::JobStateChanged* fields_;
};

class JobDeletedWriter {
 public:
  JobDeletedWriter(pb::JobDeleted* to, Context* context)
      : floor_(context->time_floor), uid_(to->mutable_uid_delta()), at_(to->mutable_at_offset()) {}
  void Add(const core::JobDeleted& job) {
    uid_.Add(job.uid);
    at_.Add(Minus(floor_, job.at));
    ++rows_;
  }
  void Finish() { at_.Finish(); }
  uint32_t rows() const { return rows_; }

 private:
  Millis floor_;
  uint32_t rows_ = 0;
  DeltaWriter uid_;
  ColumnWriter<int64_t> at_;
};

// Kinds that are rare: rows, not columns.
template <typename Value, typename Message>
class RowsWriter {
 public:
  RowsWriter(RepeatedPtrField<Message>* to, Context* /*context*/) : to_(to) { to_->Clear(); }
  void Add(const std::shared_ptr<const Value>& value) { Write(*value, to_->Add()); }
  void Finish() {}
  uint32_t rows() const { return static_cast<uint32_t>(to_->size()); }

 private:
  RepeatedPtrField<Message>* to_;
};

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_JOURNAL_JOB_WRITERS_H_
