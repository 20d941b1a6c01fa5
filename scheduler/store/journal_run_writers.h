#ifndef SCHEDULER_STORE_JOURNAL_RUN_WRITERS_H_
#define SCHEDULER_STORE_JOURNAL_RUN_WRITERS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ductape/jobs/store/v1/journal.pb.h"
#include "scheduler/core/transitions.h"
#include "scheduler/store/journal_columns.h"
#include "scheduler/store/record_wire.h"

// One writer a kind of decision about runs: it takes the rows in turn and fills the columns of
// journal.proto. A writer empties its message when it is made. Internal to the journal codec.
namespace scheduler::store::wire {

using core::Millis;

// The entry's texts and their numbers; the views live as long as the transitions.
class TextWriter {
 public:
  explicit TextWriter(RepeatedPtrField<std::string>* texts) : texts_(texts) {}

  uint32_t Number(std::string_view text) {
    if (text.empty()) return 0;
    const absl::string_view key(text.data(), text.size());
    const auto [it, added] = numbers_.try_emplace(key, texts_->size() + 1);
    if (added) texts_->Add()->assign(text);
    return it->second;
  }
  uint32_t Number(const std::string* interned) {
    if (interned == nullptr) return 0;
    const auto [it, added] = interned_.try_emplace(interned, 0);
    if (added) it->second = Number(std::string_view(*interned));
    return it->second;
  }

 private:
  RepeatedPtrField<std::string>* texts_;
  absl::flat_hash_map<absl::string_view, uint32_t> numbers_;
  absl::flat_hash_map<const std::string*, uint32_t> interned_;
};

// What every kind starts from.
struct Context {
  Millis time_floor;
  TextWriter texts;
};

class AttemptWriter {
 public:
  AttemptWriter(pb::AttemptColumns* to, Context* context)
      : context_(context),
        attempt_(to->mutable_attempt(), 1),
        start_(to->mutable_start_offset()),
        end_(to->mutable_end_offset()),
        worker_(to->mutable_worker_text()),
        token_(to->mutable_token_delta()),
        event_generation_(to->mutable_event_generation(), 1),
        error_row_(to->mutable_error_row()),
        fields_(to) {
    to->mutable_error()->Clear();
  }
  void Add(uint32_t row, const core::AttemptRecord& attempt) {
    attempt_.Add(attempt.attempt);
    any_start_ |= attempt.start_time != 0;
    start_.Add(Minus(context_->time_floor, attempt.start_time));
    end_.Add(Minus(attempt.end_time, attempt.start_time));
    worker_.Add(context_->texts.Number(attempt.worker));
    any_token_ |= attempt.token != 0;
    token_.Add(attempt.token);
    event_generation_.Add(attempt.event_generation);
    if (attempt.error == nullptr) return;
    error_row_.Add(row);
    wire::Write(*attempt.error, fields_->add_error());
  }
  void Finish() {
    attempt_.Finish();
    if (!any_start_) fields_->clear_start_offset();
    end_.Finish();
    worker_.Finish();
    if (!any_token_) fields_->clear_token_delta();
    event_generation_.Finish();
  }

 private:
  Context* context_;
  ColumnWriter<int32_t> attempt_;
  ColumnWriter<int64_t> start_;
  ColumnWriter<int64_t> end_;
  ColumnWriter<uint32_t> worker_;
  DeltaWriter token_;
  ColumnWriter<int64_t> event_generation_;
  SparseWriter error_row_;
  pb::AttemptColumns* fields_;
  bool any_start_ = false;
  bool any_token_ = false;
};

class CreatedWriter {
 public:
  CreatedWriter(pb::RunCreated* to, Context* context)
      : floor_(context->time_floor),
        uid_(to->mutable_uid_delta()),
        number_(to->mutable_number()),
        nominal_(to->mutable_nominal_delta()),
        due_(to->mutable_due_offset()),
        at_(to->mutable_at_offset()),
        trigger_(to->mutable_trigger(), pb::TRIGGER_SCHEDULE),
        buffered_(to->mutable_buffered()),
        generation_(to->mutable_generation(), 1),
        origin_row_(to->mutable_origin_row()),
        fields_(to) {
    to->mutable_origin()->Clear();
  }
  void Add(const core::RunCreated& run) {
    uid_.Add(run.uid);
    number_.Add(run.number);
    nominal_.Add(static_cast<uint64_t>(run.nominal));
    due_.Add(Minus(run.due, run.nominal));
    at_.Add(Minus(floor_, run.at));
    trigger_.Add(static_cast<int>(run.trigger));
    buffered_.Add(run.buffered);
    generation_.Add(run.generation);
    if (run.origin != nullptr) {
      origin_row_.Add(rows_);
      wire::Write(*run.origin, fields_->add_origin());
    }
    ++rows_;
  }
  void Finish() {
    due_.Finish();
    at_.Finish();
    trigger_.Finish();
    buffered_.Finish();
    generation_.Finish();
  }
  uint32_t rows() const { return rows_; }

 private:
  Millis floor_;
  uint32_t rows_ = 0;
  DeltaWriter uid_;
  ColumnWriter<int64_t> number_;
  DeltaWriter nominal_;
  ColumnWriter<int64_t> due_;
  ColumnWriter<int64_t> at_;
  ColumnWriter<int> trigger_;
  ColumnWriter<bool> buffered_;
  ColumnWriter<int64_t> generation_;
  SparseWriter origin_row_;
  pb::RunCreated* fields_;
};

class EndedWriter {
 public:
  EndedWriter(pb::RunEnded* to, Context* context)
      : context_(context),
        uid_(to->mutable_uid_delta()),
        number_(to->mutable_number()),
        state_(to->mutable_state(), pb::RUN_STATE_COMPLETED),
        at_(to->mutable_at_offset()),
        last_(to->mutable_last(), context),
        reason_(to->mutable_reason_text()),
        same_error_row_(to->mutable_same_error_row()),
        error_row_(to->mutable_error_row()),
        output_row_(to->mutable_output_row()),
        truncated_row_(to->mutable_truncated_row()),
        fields_(to) {
    to->mutable_error()->Clear();
    to->mutable_output()->Clear();
  }
  void Add(const core::RunEnded& run) {
    uid_.Add(run.uid);
    number_.Add(run.number);
    state_.Add(static_cast<int>(run.state));
    at_.Add(Minus(context_->time_floor, run.at));
    last_.Add(rows_, run.last);
    reason_.Add(context_->texts.Number(run.reason));
    if (run.error != nullptr) AddError(run);
    if (run.output != nullptr) AddOutput(*run.output);
    ++rows_;
  }
  void Finish() {
    state_.Finish();
    at_.Finish();
    last_.Finish();
    reason_.Finish();
  }
  uint32_t rows() const { return rows_; }

 private:
  void AddError(const core::RunEnded& run) {
    if (run.last.error != nullptr && *run.last.error == *run.error) {
      same_error_row_.Add(rows_);
      return;
    }
    error_row_.Add(rows_);
    wire::Write(*run.error, fields_->add_error());
  }
  void AddOutput(const core::RunOutput& output) {
    output_row_.Add(rows_);
    fields_->add_output(output.output);
    if (output.truncated) truncated_row_.Add(rows_);
  }

  Context* context_;
  uint32_t rows_ = 0;
  DeltaWriter uid_;
  ColumnWriter<int64_t> number_;
  ColumnWriter<int> state_;
  ColumnWriter<int64_t> at_;
  AttemptWriter last_;
  ColumnWriter<uint32_t> reason_;
  SparseWriter same_error_row_;
  SparseWriter error_row_;
  SparseWriter output_row_;
  SparseWriter truncated_row_;
  pb::RunEnded* fields_;
};

// uid and number: all that some kinds have.
class RunWriter {
 public:
  template <typename Message>
  explicit RunWriter(Message* to) : uid_(to->mutable_uid_delta()), number_(to->mutable_number()) {}
  void Add(core::Uid uid, int64_t number) {
    uid_.Add(uid);
    number_.Add(number);
    ++rows_;
  }
  uint32_t rows() const { return rows_; }

 private:
  DeltaWriter uid_;
  ColumnWriter<int64_t> number_;
  uint32_t rows_ = 0;
};

class ReleasedWriter {
 public:
  ReleasedWriter(pb::RunReleased* to, Context* /*context*/) : run_(to) {}
  void Add(const core::RunReleased& run) { run_.Add(run.uid, run.number); }
  void Finish() {}
  uint32_t rows() const { return run_.rows(); }

 private:
  RunWriter run_;
};

class RetryWriter {
 public:
  RetryWriter(pb::RunRetry* to, Context* context)
      : floor_(context->time_floor),
        run_(to),
        next_attempt_(to->mutable_next_attempt_offset()),
        attempt_(to->mutable_attempt(), context) {}
  void Add(const core::RunRetry& run) {
    attempt_.Add(run_.rows(), run.attempt);
    run_.Add(run.uid, run.number);
    next_attempt_.Add(Minus(run.next_attempt, floor_));
  }
  void Finish() {
    next_attempt_.Finish();
    attempt_.Finish();
  }
  uint32_t rows() const { return run_.rows(); }

 private:
  Millis floor_;
  RunWriter run_;
  ColumnWriter<int64_t> next_attempt_;
  AttemptWriter attempt_;
};

class RedeliveredWriter {
 public:
  RedeliveredWriter(pb::RunRedelivered* to, Context* context)
      : run_(to),
        redeliveries_(to->mutable_redeliveries()),
        attempt_(to->mutable_attempt(), context) {}
  void Add(const core::RunRedelivered& run) {
    attempt_.Add(run_.rows(), run.attempt);
    run_.Add(run.uid, run.number);
    redeliveries_.Add(run.redeliveries);
  }
  void Finish() {
    redeliveries_.Finish();
    attempt_.Finish();
  }
  uint32_t rows() const { return run_.rows(); }

 private:
  RunWriter run_;
  ColumnWriter<int32_t> redeliveries_;
  AttemptWriter attempt_;
};

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_JOURNAL_RUN_WRITERS_H_
