#ifndef SCHEDULER_BASE_LOG_H_
#define SCHEDULER_BASE_LOG_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

// Structured logging: one JSON object a line on stderr, with ts (RFC 3339, UTC), level, msg and the
// given fields. Values are text; secrets are never passed. Thread-safe. Stands on spdlog; nothing
// else includes it.
namespace scheduler::base {

enum class LogLevel { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

using LogField = std::pair<std::string_view, std::string>;

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// Lines below `level` are dropped. Default: kInfo.
void SetLogLevel(LogLevel level);
bool LogEnabled(LogLevel level);

// The line that Log writes, without the newline: for tests.
std::string FormatLogLine(std::string_view timestamp, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields);

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_LOG_H_
