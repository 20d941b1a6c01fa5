#ifndef SCHEDULER_STORE_JOURNAL_RUN_READERS_H_
#define SCHEDULER_STORE_JOURNAL_RUN_READERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ductape/jobs/store/v1/journal.pb.h"
#include "scheduler/base/interned.h"
#include "scheduler/core/transitions.h"
#include "scheduler/store/journal_columns.h"
#include "scheduler/store/record_wire.h"

// One reader a kind of decision about runs: `rows` says how many rows the message has or -1 if its
// columns do not go together, `Next` gives the rows in turn and returns false where a value is out
// of range. Internal to the journal codec.
namespace scheduler::store::wire {

using core::Millis;

// The entry's texts by number.
class TextReader {
 public:
  explicit TextReader(const RepeatedPtrField<std::string>& texts)
      : texts_(texts), interned_(texts.size()) {}

  bool Get(uint32_t number, std::string* to) const {
    if (number == 0) return true;
    if (number > static_cast<uint32_t>(texts_.size())) return false;
    *to = texts_.Get(static_cast<int>(number - 1));
    return true;
  }
  bool Get(uint32_t number, const std::string** to) {
    if (number == 0) return true;
    if (number > interned_.size()) return false;
    const std::string*& interned = interned_[number - 1];
    if (interned == nullptr) interned = base::Intern(texts_.Get(static_cast<int>(number - 1)));
    *to = interned;
    return true;
  }

 private:
  const RepeatedPtrField<std::string>& texts_;
  std::vector<const std::string*> interned_;
};

struct ReadContext {
  Millis time_floor;
  TextReader texts;
};

class AttemptReader {
 public:
  AttemptReader(const pb::AttemptColumns& from, ReadContext* context)
      : context_(context),
        fields_(from),
        attempt_(from.attempt(), 1),
        start_(from.start_offset(), context->time_floor),
        end_(from.end_offset()),
        worker_(from.worker_text()),
        token_(from.token_delta()),
        event_generation_(from.event_generation(), 1),
        error_row_(from.error_row()) {}

  bool Fits(int rows) const {
    return attempt_.Fits(rows) && start_.Fits(rows) && end_.Fits(rows) && worker_.Fits(rows) &&
           (!HasToken() || token_.Fits(rows)) && event_generation_.Fits(rows) &&
           error_row_.Fits(rows, fields_.error_size());
  }
  bool Read(uint32_t row, core::AttemptRecord* to) {
    to->attempt = attempt_.At(row);
    to->start_time = Minus(context_->time_floor, start_.At(row));
    to->end_time = Plus(to->start_time, end_.At(row));
    if (HasToken()) to->token = token_.At(row);
    to->event_generation = event_generation_.At(row);
    if (const int at = error_row_.At(row); at != SparseReader::kNone) {
      to->error = wire::Read(fields_.error(at));
    }
    return to->attempt >= 0 && context_->texts.Get(worker_.At(row), &to->worker);
  }

 private:
  bool HasToken() const { return !fields_.token_delta().empty(); }

  ReadContext* context_;
  const pb::AttemptColumns& fields_;
  ColumnReader<int32_t> attempt_;
  ColumnReader<int64_t> start_;
  ColumnReader<int64_t> end_;
  ColumnReader<uint32_t> worker_;
  DeltaReader token_;
  ColumnReader<int64_t> event_generation_;
  SparseReader error_row_;
};

// uid and number of a row; false if one of them can be none.
class RunReader {
 public:
  template <typename Message>
  explicit RunReader(const Message& from)
      : size_(from.uid_delta_size()), uid_(from.uid_delta()), number_(from.number()) {}
  bool Fits() const { return number_.Fits(size_); }
  int size() const { return size_; }
  uint32_t row() const { return row_ - 1; }  // the one that was read last

  template <typename Value>
  bool Next(Value* to) {
    to->uid = uid_.At(row_);
    to->number = number_.At(row_);
    ++row_;
    return to->uid != 0 && to->number >= 1;
  }

 private:
  int size_;
  uint32_t row_ = 0;
  DeltaReader uid_;
  ColumnReader<int64_t> number_;
};

class CreatedReader {
 public:
  CreatedReader(const pb::RunCreated& from, ReadContext* context)
      : floor_(context->time_floor),
        fields_(from),
        run_(from),
        nominal_(from.nominal_delta()),
        due_(from.due_offset()),
        at_(from.at_offset()),
        trigger_(from.trigger(), pb::TRIGGER_SCHEDULE),
        buffered_(from.buffered()),
        generation_(from.generation(), 1),
        origin_row_(from.origin_row()) {}

  int rows() const {
    const int rows = run_.size();
    const bool fits = run_.Fits() && nominal_.Fits(rows) && due_.Fits(rows) && at_.Fits(rows) &&
                      trigger_.Fits(rows) && buffered_.Fits(rows) && generation_.Fits(rows) &&
                      origin_row_.Fits(rows, fields_.origin_size());
    return fits ? rows : -1;
  }
  bool Next(core::RunCreated* to) {
    const bool valid = run_.Next(to);
    const uint32_t row = run_.row();
    to->nominal = static_cast<Millis>(nominal_.At(row));
    to->due = Plus(to->nominal, due_.At(row));
    to->at = Minus(floor_, at_.At(row));
    to->trigger = static_cast<core::Trigger>(trigger_.At(row));
    to->buffered = buffered_.At(row);
    to->generation = generation_.At(row);
    if (const int at = origin_row_.At(row); at != SparseReader::kNone) {
      to->origin = wire::Read(fields_.origin(at));
    }
    return valid && IsTrigger(trigger_.At(row));
  }

 private:
  Millis floor_;
  const pb::RunCreated& fields_;
  RunReader run_;
  DeltaReader nominal_;
  ColumnReader<int64_t> due_;
  ColumnReader<int64_t> at_;
  ColumnReader<int> trigger_;
  ColumnReader<bool> buffered_;
  ColumnReader<int64_t> generation_;
  SparseReader origin_row_;
};

class EndedReader {
 public:
  EndedReader(const pb::RunEnded& from, ReadContext* context)
      : context_(context),
        fields_(from),
        run_(from),
        state_(from.state(), pb::RUN_STATE_COMPLETED),
        at_(from.at_offset()),
        last_(from.last(), context),
        reason_(from.reason_text()),
        same_error_row_(from.same_error_row()),
        error_row_(from.error_row()),
        output_row_(from.output_row()),
        truncated_row_(from.truncated_row()) {}

  int rows() const {
    const int rows = run_.size();
    const bool fits = run_.Fits() && state_.Fits(rows) && at_.Fits(rows) && last_.Fits(rows) &&
                      reason_.Fits(rows) && same_error_row_.Fits(rows) &&
                      error_row_.Fits(rows, fields_.error_size()) &&
                      output_row_.Fits(rows, fields_.output_size()) && truncated_row_.Fits(rows);
    return fits ? rows : -1;
  }
  bool Next(core::RunEnded* to) {
    const bool valid = run_.Next(to);
    const uint32_t row = run_.row();
    to->state = static_cast<core::RunState>(state_.At(row));
    to->at = Minus(context_->time_floor, at_.At(row));
    const bool attempt_valid = last_.Read(row, &to->last);
    ReadRare(row, to);
    return valid && attempt_valid && IsTerminalState(state_.At(row)) &&
           context_->texts.Get(reason_.At(row), &to->reason);
  }

 private:
  void ReadRare(uint32_t row, core::RunEnded* to) {
    if (same_error_row_.At(row) != SparseReader::kNone) to->error = to->last.error;
    if (const int at = error_row_.At(row); at != SparseReader::kNone) {
      to->error = wire::Read(fields_.error(at));
    }
    const bool truncated = truncated_row_.At(row) != SparseReader::kNone;
    if (const int at = output_row_.At(row); at != SparseReader::kNone) {
      auto output = std::make_shared<core::RunOutput>();
      output->output = fields_.output(at);
      output->truncated = truncated;
      to->output = std::move(output);
    }
  }

  ReadContext* context_;
  const pb::RunEnded& fields_;
  RunReader run_;
  ColumnReader<int> state_;
  ColumnReader<int64_t> at_;
  AttemptReader last_;
  ColumnReader<uint32_t> reason_;
  SparseReader same_error_row_;
  SparseReader error_row_;
  SparseReader output_row_;
  SparseReader truncated_row_;
};

class ReleasedReader {
 public:
  ReleasedReader(const pb::RunReleased& from, ReadContext* /*context*/) : run_(from) {}
  int rows() const { return run_.Fits() ? run_.size() : -1; }
  bool Next(core::RunReleased* to) { return run_.Next(to); }

 private:
  RunReader run_;
};

class RetryReader {
 public:
  RetryReader(const pb::RunRetry& from, ReadContext* context)
      : floor_(context->time_floor),
        run_(from),
        next_attempt_(from.next_attempt_offset()),
        attempt_(from.attempt(), context) {}
  int rows() const {
    const int rows = run_.size();
    return run_.Fits() && next_attempt_.Fits(rows) && attempt_.Fits(rows) ? rows : -1;
  }
  bool Next(core::RunRetry* to) {
    const bool valid = run_.Next(to);
    to->next_attempt = Plus(floor_, next_attempt_.At(run_.row()));
    return attempt_.Read(run_.row(), &to->attempt) && valid;
  }

 private:
  Millis floor_;
  RunReader run_;
  ColumnReader<int64_t> next_attempt_;
  AttemptReader attempt_;
};

class RedeliveredReader {
 public:
  RedeliveredReader(const pb::RunRedelivered& from, ReadContext* context)
      : run_(from), redeliveries_(from.redeliveries()), attempt_(from.attempt(), context) {}
  int rows() const {
    const int rows = run_.size();
    return run_.Fits() && redeliveries_.Fits(rows) && attempt_.Fits(rows) ? rows : -1;
  }
  bool Next(core::RunRedelivered* to) {
    const bool valid = run_.Next(to);
    to->redeliveries = redeliveries_.At(run_.row());
    return attempt_.Read(run_.row(), &to->attempt) && valid && to->redeliveries >= 0;
  }

 private:
  RunReader run_;
  ColumnReader<int32_t> redeliveries_;
  AttemptReader attempt_;
};

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_JOURNAL_RUN_READERS_H_
