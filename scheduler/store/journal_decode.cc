#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "ductape/jobs/store/v1/journal.pb.h"
#include "google/protobuf/arena.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/catalog_wire.h"
#include "scheduler/store/journal_codec.h"
#include "scheduler/store/journal_job_readers.h"
#include "scheduler/store/journal_run_readers.h"
#include "scheduler/store/record_wire.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;

absl::Status Corrupt(std::string_view detail) {
  return base::errors::StoreCorrupt("journal entry", detail);
}

class EntryReader {
 public:
  explicit EntryReader(const pb::JournalEntry& entry)
      : entry_(entry),
        context_{entry.time_floor(), wire::TextReader(entry.text())},
        created_(entry.run_created(), &context_),
        ended_(entry.run_ended(), &context_),
        released_(entry.run_released(), &context_),
        retry_(entry.run_retry(), &context_),
        redelivered_(entry.run_redelivered(), &context_),
        opened_(entry.stretch_opened(), &context_),
        closed_(entry.stretch_closed(), &context_),
        cursor_(entry.cursor_moved(), &context_),
        job_state_(entry.job_state_changed(), &context_),
        job_deleted_(entry.job_deleted(), &context_) {}
  EntryReader(const EntryReader&) = delete;
  EntryReader& operator=(const EntryReader&) = delete;

  absl::Status Read(core::Transitions* out) {
    if (entry_.run_kind_size() != entry_.run_length_size()) return Corrupt("runs of rows differ");
    if (absl::Status status = CountRows(); !status.ok()) return status;
    out->reserve(total_);
    for (int i = 0; i < entry_.run_kind_size(); ++i) {
      absl::Status status = ReadRun(entry_.run_kind(i), entry_.run_length(i), out);
      if (!status.ok()) return status;
    }
    for (const int64_t left : left_) {
      if (left != 0) return Corrupt("rows without a place");
    }
    return absl::OkStatus();
  }

 private:
  using Kind = pb::JournalEntry;
  static constexpr uint32_t kFirstKind = Kind::KIND_RUN_CREATED;
  static constexpr uint32_t kKinds = Kind::KIND_SCHEDULE_AMENDED - kFirstKind + 1;

  // Sets the number of rows of each kind.
  absl::Status CountRows() {
    const int rows[kKinds] = {created_.rows(),
                              ended_.rows(),
                              released_.rows(),
                              retry_.rows(),
                              redelivered_.rows(),
                              opened_.rows(),
                              closed_.rows(),
                              cursor_.rows(),
                              job_state_.rows(),
                              job_deleted_.rows(),
                              entry_.job_defined_size(),
                              entry_.schedule_amended_size()};
    for (uint32_t i = 0; i < kKinds; ++i) {
      if (rows[i] < 0) return Corrupt("columns of unequal length");
      left_[i] = rows[i];
      total_ += static_cast<size_t>(rows[i]);
    }
    return absl::OkStatus();
  }

  absl::Status ReadRun(uint32_t kind, uint32_t length, core::Transitions* out) {
    if (kind < kFirstKind || kind >= kFirstKind + kKinds) return absl::OkStatus();
    int64_t& left = left_[kind - kFirstKind];
    if (length > left) return Corrupt("more rows than there are");
    left -= length;
    switch (kind) {
      case Kind::KIND_RUN_CREATED:
        return Take<core::RunCreated>(&created_, length, out);
      case Kind::KIND_RUN_ENDED:
        return Take<core::RunEnded>(&ended_, length, out);
      case Kind::KIND_RUN_RELEASED:
        return Take<core::RunReleased>(&released_, length, out);
      case Kind::KIND_RUN_RETRY:
        return Take<core::RunRetry>(&retry_, length, out);
      case Kind::KIND_RUN_REDELIVERED:
        return Take<core::RunRedelivered>(&redelivered_, length, out);
      case Kind::KIND_STRETCH_OPENED:
        return Take<core::StretchOpened>(&opened_, length, out);
      case Kind::KIND_STRETCH_CLOSED:
        return Take<core::StretchClosed>(&closed_, length, out);
      case Kind::KIND_CURSOR_MOVED:
        return Take<core::CursorMoved>(&cursor_, length, out);
      case Kind::KIND_JOB_STATE_CHANGED:
        return Take<core::JobStateChanged>(&job_state_, length, out);
      case Kind::KIND_JOB_DELETED:
        return Take<core::JobDeleted>(&job_deleted_, length, out);
      case Kind::KIND_JOB_DEFINED:
        return TakeRows<core::JobDefined>(entry_.job_defined(), &next_definition_, length, out);
      default:
        return TakeRows<core::ScheduleAmended>(entry_.schedule_amended(), &next_amendment_, length,
                                               out);
    }
  }

  template <typename Value, typename Reader>
  static absl::Status Take(Reader* reader, uint32_t length, core::Transitions* out) {
    for (uint32_t i = 0; i < length; ++i) {
      auto& value = std::get<Value>(out->emplace_back(std::in_place_type<Value>));
      if (!reader->Next(&value)) return Corrupt("a value out of range");
    }
    return absl::OkStatus();
  }

  template <typename Value, typename Message>
  static absl::Status TakeRows(const google::protobuf::RepeatedPtrField<Message>& rows, int* next,
                               uint32_t length, core::Transitions* out) {
    for (uint32_t i = 0; i < length; ++i) {
      auto value = std::make_shared<Value>();
      if (absl::Status s = wire::Read(rows.Get((*next)++), value.get()); !s.ok()) return s;
      out->emplace_back(std::shared_ptr<const Value>(std::move(value)));
    }
    return absl::OkStatus();
  }

  const pb::JournalEntry& entry_;
  wire::ReadContext context_;
  wire::CreatedReader created_;
  wire::EndedReader ended_;
  wire::ReleasedReader released_;
  wire::RetryReader retry_;
  wire::RedeliveredReader redelivered_;
  wire::StretchOpenedReader opened_;
  wire::StretchClosedReader closed_;
  wire::CursorMovedReader cursor_;
  wire::JobStateReader job_state_;
  wire::JobDeletedReader job_deleted_;
  int64_t left_[kKinds] = {};
  size_t total_ = 0;
  int next_definition_ = 0;
  int next_amendment_ = 0;
};

// A first block that each reading thread keeps, so that ordinary entries take no memory.
constexpr size_t kBlockBytes = size_t{256} << 10;

google::protobuf::ArenaOptions BlockOptions() {
  thread_local const std::unique_ptr<char[]> block = std::make_unique<char[]>(kBlockBytes);
  google::protobuf::ArenaOptions options;
  options.initial_block = block.get();
  options.initial_block_size = kBlockBytes;
  return options;
}

}  // namespace

absl::StatusOr<DecodedEntry> DecodeEntry(std::string_view bytes) {
  google::protobuf::Arena arena(BlockOptions());
  auto* entry = google::protobuf::Arena::CreateMessage<pb::JournalEntry>(&arena);
  if (!entry->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Corrupt("not a message of the format");
  }
  if (absl::Status status = wire::CheckReader("journal entry", entry->min_reader()); !status.ok()) {
    return status;
  }
  DecodedEntry decoded;
  decoded.epoch = entry->epoch();
  decoded.time_floor = entry->time_floor();
  if (absl::Status status = EntryReader(*entry).Read(&decoded.transitions); !status.ok()) {
    return status;
  }
  return decoded;
}

}  // namespace scheduler::store
