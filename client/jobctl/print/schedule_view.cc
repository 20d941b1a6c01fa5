#include <string>
#include <vector>

#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

using ductape::jobs::v1::PreviewScheduleResponse;
using Occurrence = PreviewScheduleResponse::Occurrence;

template <>
std::vector<std::string> HeaderOf<Occurrence>() {
  return {"LOCAL TIME", "WHEN", "NOTE"};
}

std::string NameOf(const Occurrence& occurrence) { return occurrence.local_time(); }

Row RowOf(const Occurrence& occurrence, absl::Time now) {
  return {{occurrence.local_time()},
          {RelativeTime(ToTime(occurrence.scheduled_time()), now)},
          {occurrence.note(), Tone::kFaint}};
}

Fields PageOf(const Occurrence& occurrence, absl::Time now) {
  return {{"Local time", {occurrence.local_time()}},
          {"When", {TimeAndDistance(ToTime(occurrence.scheduled_time()), now)}},
          {"Note", {occurrence.note()}}};
}

std::string NameOf(const PreviewScheduleResponse& preview) { return preview.description(); }

Fields PageOf(const PreviewScheduleResponse& preview, absl::Time now) {
  Fields fields = {{"Due", {preview.description()}}};
  for (const Occurrence& occurrence : preview.occurrences()) {
    std::string text =
        occurrence.local_time() + ", " + RelativeTime(ToTime(occurrence.scheduled_time()), now);
    if (!occurrence.note().empty()) text += ", " + occurrence.note();
    fields.push_back({fields.size() == 1 ? "Next" : "", {std::move(text)}});
  }
  for (const std::string& warning : preview.warnings()) {
    fields.push_back({"Warning", {warning, Tone::kBad}});
  }
  return fields;
}

}  // namespace jobctl
