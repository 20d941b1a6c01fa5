#include "absl/strings/str_cat.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

using ductape::jobs::v1::GetServerInfoResponse;

std::string NameOf(const GetServerInfoResponse& info) { return info.server_id(); }

Fields PageOf(const GetServerInfoResponse& info, absl::Time now) {
  return {{"Server", {info.server_id()}},
          {"Version", {info.version()}},
          {"Up since", {TimeAndDistance(ToTime(info.start_time()), now)}},
          {"Default product", {info.default_product()}},
          {"Store", {info.store()}},
          {"Epoch", {absl::StrCat(info.epoch())}},
          {"Jobs", {absl::StrCat(info.job_count())}},
          {"Time zones", {info.time_zone_version()}}};
}

}  // namespace jobctl
