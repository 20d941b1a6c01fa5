#include <cstdio>
#include <string>

#include "tests/bench/load/clock.h"
#include "tests/bench/load/report.h"
#include "tests/bench/targets/targets.h"
#include <nats/nats.h>

namespace bench {
namespace {

constexpr int kMessageBytes = 200;
constexpr int kMessagesPerPing = 1000;
constexpr int64_t kPingMillis = 10'000;

// Messages that the server has seen; negative if it fails.
int64_t Publish(natsConnection* connection, int64_t end_nanos) {
  const std::string body(kMessageBytes, 'x');
  int64_t seen = 0;
  while (MonoNanos() < end_nanos) {
    for (int i = 0; i < kMessagesPerPing; ++i) {
      if (natsConnection_Publish(connection, "bench", body.data(), kMessageBytes) != NATS_OK) {
        return -1;
      }
    }
    if (natsConnection_FlushTimeout(connection, kPingMillis) != NATS_OK) return -1;
    seen += kMessagesPerPing;
  }
  return seen;
}

}  // namespace

int LimitNats(Flags* flags) {
  const std::string url = "nats://127.0.0.1:" + std::to_string(flags->Int("port", 4222));
  const int64_t seconds = flags->Int("seconds", 5);
  flags->RefuseUnknown();

  natsConnection* connection = nullptr;
  if (natsConnection_ConnectTo(&connection, url.c_str()) != NATS_OK) {
    std::fprintf(stderr, "bench: no NATS at %s\n", url.c_str());
    return 1;
  }
  const int64_t begin = MonoNanos();
  const int64_t seen = Publish(connection, begin + seconds * kNanosPerSecond);
  const double took = static_cast<double>(MonoNanos() - begin) * 1e-9;
  natsConnection_Destroy(connection);
  Report().Add("per_second", static_cast<double>(seen) / took).Print();
  return seen < 0 ? 1 : 0;
}

}  // namespace bench
