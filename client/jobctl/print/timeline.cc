#include "client/jobctl/print/timeline.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/view_parts.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

constexpr double kBarWidth = 20;
constexpr size_t kNoteWidth = 60;
constexpr char kBlock[] = "\xE2\x96\x87";  // U+2587

absl::Duration LongestOf(const Timeline& timeline) {
  absl::Duration longest;
  for (const v1::Run& run : timeline.past) {
    longest = std::max(longest, TookOf(run, timeline.now).value_or(absl::ZeroDuration()));
  }
  return longest;
}

// A bar with the duration behind it; the longest one fills the column.
std::string BarText(std::optional<absl::Duration> took, absl::Duration longest) {
  if (!took.has_value()) return "";
  const double part = longest > absl::ZeroDuration() ? absl::FDivDuration(*took, longest) : 0;
  std::string text(kBlock);
  for (int blocks = static_cast<int>(std::lround(part * kBarWidth)); blocks > 1; --blocks) {
    text.append(kBlock);
  }
  return absl::StrCat(text, " ", DurationText(absl::Trunc(*took, absl::Milliseconds(1))));
}

Row RowOfRun(const v1::Run& run, const Timeline& timeline, absl::Duration longest) {
  const absl::Time at = ToTime(run.scheduled_time());
  return {{TimeText(at)},         {RelativeTime(at, timeline.now)},
          StateCell(run.state()), {BarText(TookOf(run, timeline.now), longest)},
          {run.run_id()},         {Shortened(WhyText(run, timeline.now), kNoteWidth)}};
}

// What is to become of a time to come, as far as it can be known.
Cell PlanCell(const v1::PreviewScheduleResponse::Occurrence& occurrence, const v1::Job& job) {
  const bool left_out = absl::StartsWith(occurrence.note(), "excluded") ||
                        absl::StartsWith(occurrence.note(), "skipped");
  if (left_out) return {"left out", Tone::kFaint};
  if (job.state() == v1::Job::PAUSED) return {"paused", Tone::kBusy};
  return {"due"};
}

Row RowOfOccurrence(const v1::PreviewScheduleResponse::Occurrence& occurrence,
                    const Timeline& timeline) {
  return {{occurrence.local_time()},
          {RelativeTime(ToTime(occurrence.scheduled_time()), timeline.now)},
          PlanCell(occurrence, timeline.job),
          {},
          {},
          {occurrence.note()}};
}

template <class Messages>
std::string JsonList(const Messages& messages) {
  return absl::StrCat("[",
                      absl::StrJoin(messages, ",",
                                    [](std::string* out, const google::protobuf::Message& message) {
                                      absl::StrAppend(out, ToJson(message));
                                    }),
                      "]");
}

}  // namespace

std::string NameOf(const Timeline& timeline) { return timeline.job.tag(); }

std::string ToJson(const Timeline& timeline) {
  v1::Job job;
  job.set_product(timeline.job.product());
  job.set_tag(timeline.job.tag());
  job.set_state(timeline.job.state());
  const std::string warnings = absl::StrJoin(
      timeline.next.warnings(), ",",
      [](std::string* out, const std::string& text) { absl::StrAppend(out, JsonString(text)); });
  return absl::StrCat("{\"job\":", ToJson(job),
                      ",\"description\":", JsonString(timeline.next.description()),
                      ",\"warnings\":[", warnings, "],\"now\":", JsonString(TimeText(timeline.now)),
                      ",\"past\":", JsonList(timeline.past),
                      ",\"next\":", JsonList(timeline.next.occurrences()), "}");
}

void WriteTimeline(const Printer& printer, const Timeline& timeline) {
  const absl::Duration longest = LongestOf(timeline);
  std::vector<Row> rows;
  for (const v1::Run& run : timeline.past) rows.push_back(RowOfRun(run, timeline, longest));
  rows.push_back({{TimeText(absl::FromUnixSeconds(absl::ToUnixSeconds(timeline.now)))},
                  {"now"},
                  {v1::Job::State_Name(timeline.job.state()), StateCell(timeline.job.state()).tone},
                  {},
                  {},
                  {timeline.next.description()}});
  for (const auto& occurrence : timeline.next.occurrences()) {
    rows.push_back(RowOfOccurrence(occurrence, timeline));
  }
  Table({"TIME", "WHEN", "STATE", "TOOK", "RUN", "NOTE"}, printer.color).Write(rows, printer.out);
}

void PrintTimeline(const Printer& printer, const Timeline& timeline) {
  if (printer.format == Format::kTable) {
    WriteTimeline(printer, timeline);
  } else if (printer.format == Format::kJson) {
    printer.out << IndentedJson(ToJson(timeline)) << "\n";
  } else if (printer.format == Format::kJsonl) {
    printer.out << ToJson(timeline) << "\n";
  } else if (printer.format == Format::kYaml) {
    printer.out << Yaml(ToJson(timeline));
  } else {
    printer.out << NameOf(timeline) << "\n";
  }
}

}  // namespace jobctl
