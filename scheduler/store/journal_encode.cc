#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "ductape/jobs/store/v1/journal.pb.h"
#include "scheduler/store/catalog_wire.h"
#include "scheduler/store/journal_codec.h"
#include "scheduler/store/journal_job_writers.h"
#include "scheduler/store/journal_run_writers.h"
#include "scheduler/store/record_wire.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;

// The messages of the kinds, kept from entry to entry so that their columns keep their memory. They
// stand beside the entry, not in it, since clearing a message deletes those inside it.
struct Messages {
  pb::JournalEntry entry;
  pb::RunCreated created;
  pb::RunEnded ended;
  pb::RunReleased released;
  pb::RunRetry retry;
  pb::RunRedelivered redelivered;
  pb::StretchOpened opened;
  pb::StretchClosed closed;
  pb::CursorMoved cursor;
  pb::JobStateChanged job_state;
  pb::JobDeleted job_deleted;
};

// The first format that knows of amendments.
constexpr uint32_t kAmendmentsReader = 3;

// Above this the messages are not kept: one huge entry must not hold its memory for ever.
constexpr size_t kKeptBytes = size_t{8} << 20;

class EntryWriter {
 public:
  EntryWriter(Messages* messages, core::Millis time_floor)
      : messages_(*messages),
        entry_(messages->entry),
        context_{time_floor, wire::TextWriter(messages->entry.mutable_text())},
        created_(&messages_.created, &context_),
        ended_(&messages_.ended, &context_),
        released_(&messages_.released, &context_),
        retry_(&messages_.retry, &context_),
        redelivered_(&messages_.redelivered, &context_),
        opened_(&messages_.opened, &context_),
        closed_(&messages_.closed, &context_),
        cursor_(&messages_.cursor, &context_),
        job_state_(&messages_.job_state, &context_),
        job_deleted_(&messages_.job_deleted, &context_),
        job_defined_(entry_.mutable_job_defined(), &context_),
        amended_(entry_.mutable_schedule_amended(), &context_) {
    entry_.Clear();
  }
  EntryWriter(const EntryWriter&) = delete;
  EntryWriter& operator=(const EntryWriter&) = delete;

  void Add(const core::Transition& transition) {
    std::visit([this](const auto& value) { Add(value); }, transition);
  }

  // Appends the entry to `out`, if it is not too large; nothing may be added after.
  bool Finish(int64_t epoch, std::string* out) {
    EndRun();
    entry_.set_version(wire::kFormat);
    entry_.set_epoch(epoch);
    entry_.set_time_floor(context_.time_floor);
    created_.Finish();
    ended_.Finish();
    released_.Finish();
    retry_.Finish();
    redelivered_.Finish();
    opened_.Finish();
    closed_.Finish();
    cursor_.Finish();
    job_state_.Finish();
    job_deleted_.Finish();
    Lend();
    const bool fits = entry_.AppendToString(out);
    Return();
    return fits;
  }

 private:
  using Kind = pb::JournalEntry;

  void Add(const core::RunCreated& value) { Put(Kind::KIND_RUN_CREATED, &created_, value); }
  void Add(const core::RunEnded& value) { Put(Kind::KIND_RUN_ENDED, &ended_, value); }
  void Add(const core::RunReleased& value) { Put(Kind::KIND_RUN_RELEASED, &released_, value); }
  void Add(const core::RunRetry& value) { Put(Kind::KIND_RUN_RETRY, &retry_, value); }
  void Add(const core::RunRedelivered& value) {
    Put(Kind::KIND_RUN_REDELIVERED, &redelivered_, value);
  }
  void Add(const core::StretchOpened& value) { Put(Kind::KIND_STRETCH_OPENED, &opened_, value); }
  void Add(const core::StretchClosed& value) { Put(Kind::KIND_STRETCH_CLOSED, &closed_, value); }
  void Add(const core::CursorMoved& value) { Put(Kind::KIND_CURSOR_MOVED, &cursor_, value); }
  void Add(const core::JobStateChanged& value) {
    Put(Kind::KIND_JOB_STATE_CHANGED, &job_state_, value);
  }
  void Add(const core::JobDeleted& value) { Put(Kind::KIND_JOB_DELETED, &job_deleted_, value); }
  void Add(const std::shared_ptr<const core::JobDefined>& value) {
    Put(Kind::KIND_JOB_DEFINED, &job_defined_, value);
    entry_.set_min_reader(std::max(entry_.min_reader(), wire::MinReaderOf(value->spec)));
  }
  // The kind itself must not be skipped, be it that the last amendment ends.
  void Add(const std::shared_ptr<const core::ScheduleAmended>& value) {
    Put(Kind::KIND_SCHEDULE_AMENDED, &amended_, value);
    entry_.set_min_reader(std::max(entry_.min_reader(), kAmendmentsReader));
  }

  template <typename Writer, typename Value>
  void Put(uint32_t kind, Writer* writer, const Value& value) {
    if (kind != run_kind_) {
      EndRun();
      run_kind_ = kind;
    }
    ++run_length_;
    writer->Add(value);
  }

  void EndRun() {
    if (run_length_ == 0) return;
    entry_.add_run_kind(run_kind_);
    entry_.add_run_length(run_length_);
    run_length_ = 0;
  }

  // The kinds that have rows become parts of the entry, which does not own them.
  void Lend() {
    Messages& m = messages_;
    if (created_.rows() > 0) entry_.unsafe_arena_set_allocated_run_created(&m.created);
    if (ended_.rows() > 0) entry_.unsafe_arena_set_allocated_run_ended(&m.ended);
    if (released_.rows() > 0) entry_.unsafe_arena_set_allocated_run_released(&m.released);
    if (retry_.rows() > 0) entry_.unsafe_arena_set_allocated_run_retry(&m.retry);
    if (redelivered_.rows() > 0) entry_.unsafe_arena_set_allocated_run_redelivered(&m.redelivered);
    if (opened_.rows() > 0) entry_.unsafe_arena_set_allocated_stretch_opened(&m.opened);
    if (closed_.rows() > 0) entry_.unsafe_arena_set_allocated_stretch_closed(&m.closed);
    if (cursor_.rows() > 0) entry_.unsafe_arena_set_allocated_cursor_moved(&m.cursor);
    if (job_state_.rows() > 0) entry_.unsafe_arena_set_allocated_job_state_changed(&m.job_state);
    if (job_deleted_.rows() > 0) entry_.unsafe_arena_set_allocated_job_deleted(&m.job_deleted);
  }

  void Return() {
    entry_.unsafe_arena_release_run_created();
    entry_.unsafe_arena_release_run_ended();
    entry_.unsafe_arena_release_run_released();
    entry_.unsafe_arena_release_run_retry();
    entry_.unsafe_arena_release_run_redelivered();
    entry_.unsafe_arena_release_stretch_opened();
    entry_.unsafe_arena_release_stretch_closed();
    entry_.unsafe_arena_release_cursor_moved();
    entry_.unsafe_arena_release_job_state_changed();
    entry_.unsafe_arena_release_job_deleted();
  }

  Messages& messages_;
  pb::JournalEntry& entry_;
  wire::Context context_;
  wire::CreatedWriter created_;
  wire::EndedWriter ended_;
  wire::ReleasedWriter released_;
  wire::RetryWriter retry_;
  wire::RedeliveredWriter redelivered_;
  wire::StretchOpenedWriter opened_;
  wire::StretchClosedWriter closed_;
  wire::CursorMovedWriter cursor_;
  wire::JobStateWriter job_state_;
  wire::JobDeletedWriter job_deleted_;
  wire::RowsWriter<core::JobDefined, pb::JobDefined> job_defined_;
  wire::RowsWriter<core::ScheduleAmended, pb::ScheduleAmended> amended_;
  uint32_t run_kind_ = 0;
  uint32_t run_length_ = 0;
};

}  // namespace

bool EncodeEntry(int64_t epoch, base::Millis time_floor,
                 absl::Span<const core::Transitions* const> parts, std::string* out) {
  thread_local std::unique_ptr<Messages> kept;
  if (kept == nullptr) kept = std::make_unique<Messages>();
  const size_t before = out->size();
  EntryWriter writer(kept.get(), time_floor);
  for (const core::Transitions* part : parts) {
    for (const core::Transition& transition : *part) writer.Add(transition);
  }
  const bool fits = writer.Finish(epoch, out);
  if (!fits || out->size() - before > kKeptBytes) kept.reset();
  return fits;
}

}  // namespace scheduler::store
