#include "server/system/tls_reload.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "scheduler/base/log.h"
#include "server/status_macros.h"
#include "server/strings.h"
#include "server/system/thread_name.h"

namespace server {

namespace base = scheduler::base;

namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;

std::string PathOf(int fd) { return StrCat("/proc/self/fd/", fd); }

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// A file in memory with this text; -1 if there can be none. gRPC reads a key and its certificate one
// after the other, and reads again if the time of either, in seconds, is another one after that.
int MakeFile(const std::string& text, int generation) {
  const int fd = memfd_create("tls", MFD_CLOEXEC);
  if (fd < 0) return -1;
  const timespec times[2] = {{.tv_sec = generation, .tv_nsec = 0},
                             {.tv_sec = generation, .tv_nsec = 0}};
  if (WriteAll(fd, text) && futimens(fd, times) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

TlsChoice::Verdict TlsChoice::Look(const absl::StatusOr<TlsFiles>& read) {
  if (read.ok() && *read == served_) {
    error_ = absl::OkStatus();
    return Verdict::kUnchanged;
  }
  const bool told = !error_.ok() && (read.ok() ? *read == refused_ : read.status() == error_);
  if (told) return Verdict::kUnchanged;
  refused_ = read.ok() ? *read : TlsFiles();
  error_ = read.ok() ? CheckTlsFiles(config_, *read) : read.status();
  if (!error_.ok()) return Verdict::kRefused;
  served_ = *read;
  return Verdict::kTaken;
}

absl::StatusOr<std::unique_ptr<TlsReload>> TlsReload::Start(const TlsConfig& config,
                                                            const base::Clock* clock) {
  DUCTAPE_ASSIGN_OR_RETURN(TlsFiles files, ReadTlsFiles(config));
  DUCTAPE_RETURN_IF_ERROR(CheckTlsFiles(config, files));
  std::unique_ptr<TlsReload> reload(new TlsReload(config, clock, std::move(files)));
  DUCTAPE_RETURN_IF_ERROR(reload->Install());
  reload->thread_ = std::thread([self = reload.get()] { self->Run(); });
  return reload;
}

TlsReload::~TlsReload() {
  stopping_ = true;
  waiter_.Wake();
  if (thread_.joinable()) thread_.join();
  for (const int fd : fds_) {
    if (fd >= 0) close(fd);
  }
}

TlsConfig TlsReload::paths() const {
  return {.cert_file = PathOf(fds_[kCert]),
          .key_file = PathOf(fds_[kKey]),
          .client_ca_file = config_.client_ca_file.empty() ? "" : PathOf(fds_[kClientCa])};
}

absl::Status TlsReload::Install() {
  ++generation_;
  std::array<int, kFiles> made{};
  made[kCert] = MakeFile(choice_.served().cert, generation_);
  made[kKey] = MakeFile(choice_.served().key, generation_);
  made[kClientCa] = MakeFile(choice_.served().client_ca, generation_);
  // All or none: to put one in the place of another takes no descriptor and does not fail.
  const bool complete = std::find(made.begin(), made.end(), -1) == made.end();
  for (size_t i = 0; i < kFiles; ++i) {
    if (complete && fds_[i] < 0) {
      fds_[i] = std::exchange(made[i], -1);
    } else if (complete) {
      dup3(made[i], fds_[i], O_CLOEXEC);
    }
    if (made[i] >= 0) close(made[i]);
  }
  return complete ? absl::OkStatus() : absl::InternalError("no file in memory for TLS");
}

void TlsReload::Run() {
  NameThread("tls-reload");
  bool installed = true;
  while (!stopping_) {
    waiter_.WaitUntilMono(clock_->MonoNanos() + kPeriod * kNanosPerMilli, *clock_);
    if (stopping_) return;
    const TlsChoice::Verdict verdict = choice_.Look(ReadTlsFiles(config_));
    if (verdict == TlsChoice::Verdict::kRefused) {
      base::Log(base::LogLevel::kError, "TLS files are wrong: those before stay in use",
                {{"error", std::string(FromAbsl(choice_.error().message()))}});
    }
    if (verdict == TlsChoice::Verdict::kTaken) {
      base::Log(base::LogLevel::kInfo, "TLS files have changed: they are in use");
    }
    // Tried again for want of descriptors or memory.
    if (verdict == TlsChoice::Verdict::kTaken || !installed) installed = Install().ok();
  }
}

}  // namespace server
