#include "scheduler/base/log.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/clock.h"
#include "scheduler/base/log_writer.h"

namespace scheduler::base {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};

const char* LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

std::string Now() {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
}

std::string DroppedLine(int64_t count) {
  return FormatLogLine(Now(), LogLevel::kWarning, "log lines were dropped: nobody took them",
                       {{"count", std::to_string(count)}}) +
         "\n";
}

// Never destroyed: threads may log while the process ends.
LogWriter& Writer() {
  static LogWriter* const writer = [] {
    auto* created = new LogWriter(STDERR_FILENO, DroppedLine);
    std::atexit([] { FlushLog(); });
    return created;
  }();
  return *writer;
}

}  // namespace

void SetLogLevel(LogLevel level) { minimum_level.store(level, std::memory_order_relaxed); }

bool LogEnabled(LogLevel level) { return level >= minimum_level.load(std::memory_order_relaxed); }

std::string FormatLogLine(std::string_view timestamp, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields) {
  nlohmann::ordered_json line;
  line.emplace("ts", timestamp);
  line.emplace("level", LevelName(level));
  line.emplace("msg", message);
  // A field cannot replace an earlier one of its name: emplace keeps the first.
  for (const auto& [key, value] : fields) line.emplace(key, value);
  return line.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!LogEnabled(level)) return;
  Writer().Write(FormatLogLine(Now(), level, message, fields) + "\n");
}

void LogText(std::string_view line) { Writer().Write(std::string(line) + "\n"); }

void FlushLog() { Writer().Flush(kLogPatience, SystemClock()); }

}  // namespace scheduler::base
