#include "server/metrics/exposition.h"

#include <limits>

#include "gtest/gtest.h"
#include "server/metrics/call_metrics.h"
#include "server/metrics/process_metrics.h"
#include "tests/support/manual_clock.h"

namespace server {
namespace {

TEST(ExpositionTest, WritesFamiliesAndSamples) {
  Exposition out;
  out.Family("a_total", "counter", "Things.");
  out.Sample(int64_t{3});
  out.Sample(0.25, {{"kind", "x\"\\\ny"}, {"other", ""}});
  out.Family("b", "gauge", "More.");
  out.Sample(std::numeric_limits<double>::infinity());
  EXPECT_EQ(out.Take(),
            "# HELP a_total Things.\n# TYPE a_total counter\na_total 3\n"
            "a_total{kind=\"x\\\"\\\\\\ny\",other=\"\"} 0.25\n"
            "# HELP b More.\n# TYPE b gauge\nb +Inf\n");
}

TEST(ExpositionTest, HistogramsAreCumulative) {
  Exposition out;
  out.Family("h", "histogram", "H.");
  const double bounds[] = {0.1, 1};
  const int64_t counts[] = {2, 3, 1};
  out.Histogram(bounds, counts, 4.5, {{"m", "x"}});
  EXPECT_EQ(out.Take(),
            "# HELP h H.\n# TYPE h histogram\n"
            "h_bucket{m=\"x\",le=\"0.1\"} 2\nh_bucket{m=\"x\",le=\"1\"} 5\n"
            "h_bucket{m=\"x\",le=\"+Inf\"} 6\nh_sum{m=\"x\"} 4.5\nh_count{m=\"x\"} 6\n");
}

TEST(CallStatsTest, PutsDurationsIntoTheirBuckets) {
  CallStats stats;
  stats.Finished(grpc::StatusCode::OK, 10'000);           // 10 µs: within the first bound
  stats.Finished(grpc::StatusCode::OK, 10'001);           // beyond it
  stats.Finished(grpc::StatusCode::OK, 200'000'000'000);  // beyond all
  const auto& ok = stats.of(grpc::StatusCode::OK);
  EXPECT_EQ(ok.count, 3);
  EXPECT_EQ(ok.buckets[0], 1);
  EXPECT_EQ(ok.buckets[1], 1);
  EXPECT_EQ(ok.buckets[kLatencyBounds.size()], 1);
  stats.Finished(static_cast<grpc::StatusCode>(99), 1);
  EXPECT_EQ(stats.of(grpc::StatusCode::UNKNOWN).count, 1);
}

TEST(CallMetricsTest, ShowsMethodsThatWereCalled) {
  scheduler::base::ManualClock clock;
  CallGate gate(&clock, {});
  Method* method = gate.AddMethod("pkg.Service", "Do", CallKind::kRead);
  gate.AddMethod("pkg.Service", "Never", CallKind::kRead);
  method->stats.Started();
  method->stats.Finished(grpc::StatusCode::NOT_FOUND, 2'000'000);
  Exposition out;
  CallMetrics(&gate).Collect(&out);
  const std::string text = out.Take();
  EXPECT_NE(text.find("grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"pkg.Service\","
                      "grpc_method=\"Do\"} 1\n"),
            std::string::npos);
  EXPECT_NE(text.find("grpc_server_call_duration_seconds_bucket{grpc_method=\"pkg.Service/Do\","
                      "grpc_status=\"NOT_FOUND\",le=\"0.002\"} 1\n"),
            std::string::npos);
  EXPECT_EQ(text.find("Never"), std::string::npos);
}

TEST(CallMetricsTest, TellsTheTypeOfACall) {
  scheduler::base::ManualClock clock;
  CallGate gate(&clock, {});
  gate.AddMethod("s", "Watch", CallKind::kProbe, CallShape::kServerStream)->stats.Started();
  gate.AddMethod("s", "Talk", CallKind::kProbe, CallShape::kBidiStream)->stats.Started();
  Exposition out;
  CallMetrics(&gate).Collect(&out);
  const std::string text = out.Take();
  for (const char* labels :
       {"{grpc_type=\"server_stream\",grpc_service=\"s\",grpc_method=\"Watch\"",
        "{grpc_type=\"bidi_stream\",grpc_service=\"s\",grpc_method=\"Talk\""}) {
    EXPECT_NE(text.find(labels), std::string::npos) << labels;
  }
}

TEST(ProcessMetricsTest, HasWhatEveryProcessHas) {
  Exposition out;
  ProcessMetrics(1'500).Collect(&out);
  const std::string text = out.Take();
  for (const char* name : {"process_cpu_seconds_total ", "process_resident_memory_bytes ",
                           "process_open_fds ", "process_start_time_seconds 1.5\n"}) {
    EXPECT_NE(text.find(name), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace server
