#include "server/system/process_setup.h"

#include <sys/resource.h>

#include <atomic>
#include <string>
#include <string_view>

#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/log.h"
#include "server/strings.h"

namespace server {
namespace {

using scheduler::base::LogLevel;

// A few lines a second pass. Not exact between threads, which does not matter.
bool MayLog() {
  static std::atomic<int64_t> second{0};
  static std::atomic<int64_t> lines{0};
  const int64_t now = scheduler::base::SystemClock().MonoNanos() / 1'000'000'000;
  if (second.exchange(now, std::memory_order_relaxed) != now) lines.store(0);
  return lines.fetch_add(1) < kMaxLibraryLinesPerSecond;
}

void LogOf(LogLevel level, const char* library, const std::string& text, const char* file,
           int line) {
  if (!scheduler::base::LogEnabled(level) || !MayLog()) return;
  scheduler::base::Log(level, library, {{"detail", text}, {"source", StrCat(file, ":", line)}});
}

void TakeGrpc(gpr_log_func_args* args) {
  // gRPC calls errors what peers do wrong, a failed handshake for example.
  const LogLevel level =
      args->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kWarning : LogLevel::kDebug;
  LogOf(level, "grpc", args->message, args->file, args->line);
  // gRPC aborts the process after this one.
  if (std::string_view(args->message).starts_with("assertion failed")) scheduler::base::FlushLog();
}

void TakeProtobuf(google::protobuf::LogLevel level, const char* file, int line,
                  const std::string& text) {
  const bool fatal = level == google::protobuf::LOGLEVEL_FATAL;
  LogOf(fatal ? LogLevel::kError : LogLevel::kDebug, "protobuf", text, file, line);
  if (fatal) scheduler::base::FlushLog();  // the process ends after this one
}

}  // namespace

int64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int64_t>(limit.rlim_cur);
}

void TakeLibraryLogs() {
  gpr_set_log_function(TakeGrpc);
  google::protobuf::SetLogHandler(TakeProtobuf);
}

}  // namespace server
