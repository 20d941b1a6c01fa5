#include "scheduler/base/log.h"

#include <atomic>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

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

// spdlog orders lines of several threads and writes them whole. Never destroyed: threads may log
// while the process ends.
spdlog::logger& Sink() {
  static spdlog::logger* const logger = [] {
    auto* created =
        new spdlog::logger("ductape", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("%v");
    created->set_level(spdlog::level::trace);
    created->flush_on(spdlog::level::trace);
    return created;
  }();
  return *logger;
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
  const std::string timestamp =
      absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  Sink().log(spdlog::level::info, FormatLogLine(timestamp, level, message, fields));
}

}  // namespace scheduler::base
