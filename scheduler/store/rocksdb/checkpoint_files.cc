#include "scheduler/store/rocksdb/checkpoint_files.h"

#include <memory>
#include <utility>
#include <vector>

#include "rocksdb/sst_file_reader.h"
#include "rocksdb/sst_file_writer.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/store/key_bytes.h"
#include "scheduler/store/rocksdb/data_dir.h"
#include "scheduler/store/rocksdb/rocks_status.h"

namespace scheduler::store {
namespace {

constexpr std::string_view kUnfinished = ".new";

}  // namespace

CheckpointFiles::CheckpointFiles(rocksdb::Env* env, std::string dir) : dir_(std::move(dir)) {
  options_.env = env;
  options_.compression = rocksdb::kLZ4Compression;
  std::vector<std::string> names;
  if (!env->GetChildren(dir_, &names).ok()) return;
  for (const std::string& name : names) {
    // One that stays is written over later.
    if (name.ends_with(kUnfinished)) env->DeleteFile(dir_ + "/" + name).PermitUncheckedError();
  }
}

std::string CheckpointFiles::FileOf(core::ShardId shard) const {
  return base::StrCat(dir_, "/shard-", static_cast<int>(shard), ".sst");
}

absl::Status CheckpointFiles::Write(core::ShardId shard, Position position, std::string_view body) {
  const std::string file = FileOf(shard);
  const std::string unfinished = base::StrCat(file, kUnfinished);
  std::string key(1, static_cast<char>(shard));
  AppendKeyNumber(position, &key);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options_);
  rocksdb::Status status = writer.Open(unfinished);
  if (status.ok()) status = writer.Put(key, body);
  if (status.ok()) status = writer.Finish();  // syncs
  if (status.ok()) status = options_.env->RenameFile(unfinished, file);
  if (!status.ok()) return FromRocks("writing " + file, status);
  return SyncDirectory(options_.env, dir_);
}

absl::Status CheckpointFiles::ReadOne(
    core::ShardId shard,
    absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit) const {
  const std::string file = FileOf(shard);
  rocksdb::SstFileReader reader(options_);
  const rocksdb::Status status = reader.Open(file);
  if (!status.ok()) return FromRocks("reading " + file, status);
  const std::unique_ptr<rocksdb::Iterator> it(reader.NewIterator(rocksdb::ReadOptions()));
  it->SeekToFirst();
  if (!it->Valid()) {
    if (!it->status().ok()) return FromRocks("reading " + file, it->status());
    return base::errors::StoreCorrupt(file, "it is empty");
  }
  const std::string_view key = it->key().ToStringView();
  if (key.size() != 1 + kKeyNumberBytes || static_cast<core::ShardId>(key[0]) != shard) {
    return base::errors::StoreCorrupt(file, "it belongs to another shard");
  }
  return visit(shard, ReadKeyNumber(key.substr(1)), it->value().ToStringView());
}

absl::Status CheckpointFiles::Read(
    absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit) const {
  for (int shard = 0; shard < base::limits::kShards; ++shard) {
    const auto id = static_cast<core::ShardId>(shard);
    if (options_.env->FileExists(FileOf(id)).IsNotFound()) continue;
    if (absl::Status status = ReadOne(id, visit); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace scheduler::store
