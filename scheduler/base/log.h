#ifndef SCHEDULER_BASE_LOG_H_
#define SCHEDULER_BASE_LOG_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "scheduler/base/millis.h"

// Structured logging: one JSON object a line on stderr, with ts (RFC 3339, UTC), level, msg and the
// given fields. Values are text; secrets are never passed. Thread-safe.
//
// Nobody waits for the log: a thread writes it (log_writer.h), and lines that nobody reads are dropped
// and counted. exit() waits for what is to be written, for at most kLogPatience; who ends the process
// in another way calls FlushLog first.
namespace scheduler::base {

enum class LogLevel { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

using LogField = std::pair<std::string_view, std::string>;

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// A line for people, as it is, in its place among the others.
void LogText(std::string_view line);

// Waits until what was logged before is written, for at most kLogPatience.
void FlushLog();
inline constexpr Millis kLogPatience = kSecond;

// Lines below `level` are dropped. Default: kInfo.
void SetLogLevel(LogLevel level);
bool LogEnabled(LogLevel level);

// The line that Log writes, without the newline: for tests.
std::string FormatLogLine(std::string_view timestamp, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields);

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_LOG_H_
