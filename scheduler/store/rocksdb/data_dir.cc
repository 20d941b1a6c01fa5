#include "scheduler/store/rocksdb/data_dir.h"

#include <charconv>
#include <utility>
#include <vector>

#include "rocksdb/file_system.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/store/rocksdb/rocks_status.h"

namespace scheduler::store {
namespace {

constexpr std::string_view kFormatPrefix = "ductape-jobs store ";

// The number in the text of a FORMAT file; -1 if it is none.
int ParseFormat(std::string_view text) {
  if (!text.starts_with(kFormatPrefix) || !text.ends_with('\n')) return -1;
  text.remove_prefix(kFormatPrefix.size());
  text.remove_suffix(1);
  int format = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), format);
  return error == std::errc() && end == text.data() + text.size() ? format : -1;
}

}  // namespace

absl::Status SyncDirectory(rocksdb::Env* env, const std::string& dir) {
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = env->NewDirectory(dir, &directory);
  if (status.ok()) status = directory->Fsync();
  return FromRocks("sync of " + dir, status);
}

absl::StatusOr<std::unique_ptr<DataDir>> DataDir::Open(rocksdb::Env* env, const std::string& path,
                                                       absl::Span<const Migration> migrations,
                                                       int format) {
  if (path.empty()) return base::errors::StoreIo("data directory", "its path is empty");
  std::unique_ptr<DataDir> dir(new DataDir(env, path));
  if (absl::Status status = dir->MakeDirs(); !status.ok()) return status;
  if (absl::Status status = dir->Lock(); !status.ok()) return status;
  if (absl::Status status = dir->Migrate(migrations, format); !status.ok()) return status;
  for (const std::string& part : {dir->checkpoints(), dir->sealing()}) {
    const rocksdb::Status status = env->CreateDirIfMissing(part);
    if (!status.ok()) return FromRocks("making " + part, status);
  }
  if (absl::Status status = SyncDirectory(env, path); !status.ok()) return status;
  return dir;
}

DataDir::~DataDir() {
  // An error cannot be helped here, and the lock ends with the process at the latest.
  if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
}

absl::Status DataDir::MakeDirs() {
  for (size_t end = path_.find('/', 1);; end = path_.find('/', end + 1)) {
    const std::string part = path_.substr(0, end);
    const rocksdb::Status status = env_->CreateDirIfMissing(part);
    if (!status.ok()) return FromRocks("making " + part, status);
    if (end == std::string::npos) return absl::OkStatus();
  }
}

absl::Status DataDir::Lock() {
  const rocksdb::Status status = env_->LockFile(path_ + "/LOCK", &lock_);
  if (status.ok()) return absl::OkStatus();
  lock_ = nullptr;
  // Where the file itself could not be opened nobody holds it.
  if (status.ToString().find("hile open a file for lock") != std::string::npos) {
    return FromRocks("locking " + path_, status);
  }
  return base::errors::StoreLocked(path_, status.ToString());
}

absl::StatusOr<int> DataDir::ReadFormat() const {
  const std::string file = path_ + "/FORMAT";
  if (env_->FileExists(file).IsNotFound()) {
    if (env_->FileExists(main() + "/CURRENT").IsNotFound()) return 0;
    return base::errors::StoreCorrupt(file, "the file is missing beside a database");
  }
  std::string text;
  const rocksdb::Status status = rocksdb::ReadFileToString(env_, file, &text);
  if (!status.ok()) return FromRocks("reading " + file, status);
  const int format = ParseFormat(text);
  if (format < 1) return base::errors::StoreCorrupt(file, "it names no format");
  return format;
}

absl::Status DataDir::WriteFormat(int format) {
  const std::string file = path_ + "/FORMAT";
  const std::string text = base::StrCat(kFormatPrefix, format, "\n");
  rocksdb::Status status =
      rocksdb::WriteStringToFile(env_, text, file + ".new", /*should_sync=*/true);
  if (status.ok()) status = env_->RenameFile(file + ".new", file);
  if (!status.ok()) return FromRocks("writing " + file, status);
  return SyncDirectory(env_, path_);
}

absl::Status DataDir::Migrate(absl::Span<const Migration> migrations, int format) {
  absl::StatusOr<int> found = ReadFormat();
  if (!found.ok()) return found.status();
  if (*found == 0) return WriteFormat(format);
  if (*found > format) return base::errors::StoreTooNew("data directory", *found, format);
  for (int from = *found; from < format; ++from) {
    const Migration* migration = nullptr;
    for (const Migration& candidate : migrations) {
      if (candidate.from == from) migration = &candidate;
    }
    if (migration == nullptr) {
      return base::errors::StoreCorrupt("data directory",
                                        base::StrCat("no way leads on from format ", from));
    }
    if (absl::Status status = migration->run(path_); !status.ok()) return status;
    if (absl::Status status = WriteFormat(from + 1); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> DataDir::FreeBytes() const {
  uint64_t bytes = 0;
  const rocksdb::Status status =
      env_->GetFileSystem()->GetFreeSpace(path_, rocksdb::IOOptions(), &bytes, nullptr);
  if (!status.ok()) return FromRocks("free space of " + path_, status);
  return static_cast<int64_t>(bytes);
}

absl::StatusOr<int64_t> DataDir::UsedBytes() const {
  int64_t bytes = 0;
  for (const std::string& dir : {main(), history(), checkpoints(), sealing()}) {
    std::vector<rocksdb::Env::FileAttributes> files;
    const rocksdb::Status status = env_->GetChildrenFileAttributes(dir, &files);
    if (!status.ok()) return FromRocks("listing " + dir, status);
    for (const rocksdb::Env::FileAttributes& file : files) {
      bytes += static_cast<int64_t>(file.size_bytes);
    }
  }
  return bytes;
}

}  // namespace scheduler::store
