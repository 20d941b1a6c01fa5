#include "scheduler/store/rocksdb/journal.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rocksdb/convenience.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/store/key_bytes.h"
#include "scheduler/store/rocksdb/rocks_status.h"

namespace scheduler::store {
namespace {

constexpr std::string_view kTrimmed = "trimmed";
constexpr std::string_view kTrimmedBytes = "trimmed_bytes";

// Entries are read from end to end: large reads.
constexpr size_t kReadahead = size_t{4} << 20;

std::string KeyOf(Position position) {
  std::string key;
  AppendKeyNumber(position, &key);
  return key;
}

absl::Status Corrupt(const std::string& detail) {
  return base::errors::StoreCorrupt("journal", detail);
}

// The number in front of an entry; the entry itself is left in `value`.
bool TakeBytes(std::string_view* value, uint64_t* bytes) {
  if (value->size() < kKeyNumberBytes) return false;
  *bytes = ReadKeyNumber(*value);
  value->remove_prefix(kKeyNumberBytes);
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Journal>> Journal::Open(MainDb* main) {
  const absl::StatusOr<uint64_t> trimmed = main->GetMeta(kTrimmed);
  if (!trimmed.ok()) return trimmed.status();
  const absl::StatusOr<uint64_t> trimmed_bytes = main->GetMeta(kTrimmedBytes);
  if (!trimmed_bytes.ok()) return trimmed_bytes.status();
  std::unique_ptr<Journal> journal(new Journal(main));
  journal->trimmed_ = *trimmed;
  journal->trimmed_bytes_ = *trimmed_bytes;
  journal->last_ = *trimmed;
  journal->written_bytes_ = *trimmed_bytes;

  const std::unique_ptr<rocksdb::Iterator> it(
      main->db()->NewIterator(rocksdb::ReadOptions(), main->journal()));
  it->SeekToLast();
  if (!it->status().ok()) return FromRocks("reading the journal", it->status());
  if (!it->Valid()) return journal;
  std::string_view value = it->value().ToStringView();
  uint64_t written = 0;
  if (it->key().size() != kKeyNumberBytes || !TakeBytes(&value, &written)) {
    return Corrupt("its last entry");
  }
  const Position last = ReadKeyNumber(it->key().ToStringView());
  if (last > *trimmed) {
    journal->last_ = last;
    journal->written_bytes_ = written;
  }
  return journal;
}

Position Journal::Append(std::string_view entry, rocksdb::WriteBatch* batch) {
  const Position position = last() + 1;
  const std::string key = KeyOf(position);
  appending_bytes_ = entry.size();
  const std::string total = KeyOf(written_bytes_.load(std::memory_order_relaxed) + entry.size());
  const rocksdb::Slice key_part(key);
  const rocksdb::Slice value_parts[] = {total, rocksdb::Slice(entry)};
  // Fails only for batches with a size limit.
  batch
      ->Put(main_->journal(), rocksdb::SliceParts(&key_part, 1),
            rocksdb::SliceParts(value_parts, 2))
      .PermitUncheckedError();
  return position;
}

void Journal::Appended() {
  written_bytes_.fetch_add(appending_bytes_, std::memory_order_relaxed);
  last_.fetch_add(1, std::memory_order_release);
}

absl::Status Journal::Read(
    Position after, absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const {
  rocksdb::ReadOptions options;
  options.readahead_size = kReadahead;
  const std::unique_ptr<rocksdb::Iterator> it(main_->db()->NewIterator(options, main_->journal()));
  Position next = std::max(after, trimmed_.load(std::memory_order_acquire)) + 1;
  for (it->Seek(KeyOf(next)); it->Valid(); it->Next(), ++next) {
    std::string_view entry = it->value().ToStringView();
    uint64_t bytes = 0;
    if (it->key().size() != kKeyNumberBytes || !TakeBytes(&entry, &bytes)) {
      return Corrupt("a key or value too short");
    }
    if (const Position found = ReadKeyNumber(it->key().ToStringView()); found != next) {
      return Corrupt(base::StrCat("entries ", next, " to ", found - 1, " are missing"));
    }
    if (absl::Status status = visit(next, entry); !status.ok()) return status;
  }
  return FromRocks("reading the journal", it->status());
}

absl::StatusOr<uint64_t> Journal::BytesThrough(Position position) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      main_->db()->Get(rocksdb::ReadOptions(), main_->journal(), KeyOf(position), &value);
  if (!status.ok()) return FromRocks("reading the journal", status);
  std::string_view bytes = value.ToStringView();
  uint64_t total = 0;
  if (!TakeBytes(&bytes, &total)) return Corrupt("a value too short");
  return total;
}

absl::Status Journal::Trim(Position through) {
  if (trimming_.exchange(true, std::memory_order_acquire)) return absl::OkStatus();
  absl::Status status = TrimAlone(std::min(through, last()));
  trimming_.store(false, std::memory_order_release);
  return status;
}

absl::Status Journal::TrimAlone(Position through) {
  if (through <= trimmed_.load(std::memory_order_relaxed)) return absl::OkStatus();
  const absl::StatusOr<uint64_t> bytes = BytesThrough(through);
  if (!bytes.ok()) return bytes.status();
  // First the note, so that no reader finds the gap that deleted tables leave.
  rocksdb::WriteBatch batch;
  main_->PutMeta(kTrimmed, through, &batch);
  main_->PutMeta(kTrimmedBytes, *bytes, &batch);
  if (absl::Status status = main_->Write(&batch); !status.ok()) return status;
  trimmed_bytes_.store(*bytes, std::memory_order_relaxed);
  trimmed_.store(through, std::memory_order_release);

  const std::string end = KeyOf(through);
  const rocksdb::Slice limit(end);
  const rocksdb::RangePtr range(nullptr, &limit);
  return FromRocks("trimming the journal",
                   rocksdb::DeleteFilesInRanges(main_->db(), main_->journal(), &range, 1));
}

int64_t Journal::bytes() const {
  return static_cast<int64_t>(written_bytes_.load(std::memory_order_relaxed) -
                              trimmed_bytes_.load(std::memory_order_relaxed));
}

}  // namespace scheduler::store
