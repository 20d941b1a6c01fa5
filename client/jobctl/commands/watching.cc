#include "client/jobctl/commands/watching.h"

#include "absl/strings/str_cat.h"
#include "client/jobctl/parse/duration.h"

namespace jobctl {
namespace {

absl::StatusOr<absl::Duration> PositiveDuration(const std::string& flag, const std::string& text) {
  absl::StatusOr<absl::Duration> duration = ParseDuration(text);
  if (duration.ok() && *duration > absl::ZeroDuration()) return duration;
  return absl::InvalidArgumentError(
      absl::StrCat(flag, ": ", duration.ok() ? "must be positive" : duration.status().message()));
}

}  // namespace

void AddWatchFlags(CLI::App& command, WatchFlags& flags, const std::string& help) {
  auto* watch = command.add_flag("--watch", flags.watch, help);
  command.add_option("--watch-interval", flags.interval, "How often to look (default 2s)")
      ->type_name("DURATION")
      ->needs(watch);
  command.add_option("--watch-for", flags.limit, "How long to watch at most (default 1h)")
      ->type_name("DURATION")
      ->needs(watch);
}

int Watch(Session& session, const WatchFlags& flags,
          const std::function<std::optional<int>()>& look) {
  const auto interval = PositiveDuration("--watch-interval", flags.interval);
  if (!interval.ok()) return session.WrongUsage(interval.status());
  const auto limit = PositiveDuration("--watch-for", flags.limit);
  if (!limit.ok()) return session.WrongUsage(limit.status());
  Io& io = session.io();
  const absl::Time deadline = io.now() + *limit;
  while (true) {
    const std::optional<int> code = look();
    if (code.has_value()) return *code;
    if (io.now() + *interval > deadline || !io.out) return kExitDone;
    io.sleep(*interval);
  }
}

std::optional<int> WatchFailed(Session& session, const std::string& what,
                               const absl::Status& status, bool answered) {
  if (answered && absl::IsUnavailable(status)) return std::nullopt;
  return session.CallFailed(what, status);
}

}  // namespace jobctl
