// What the workers' side costs a run: from the queue to the wire and from a result to the engine,
// with an engine that does nothing. Beside it, a bare stream of the same messages in the same run:
// client and server of both are in this process, on loopback TCP.
//
//   worker_hub_bench [--seconds 3] [--streams 2] [--rates 0,100000,250000]   (a second; 0: flat out)
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "ductape/jobs/v1/worker.pb.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/worker_hub.h"
#include "server/handlers/delivery_encoder.h"
#include "server/handlers/results_decoder.h"
#include "server/handlers/worker_handler.h"
#include "tests/bench/limits/bare_service.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/flags.h"
#include "tests/bench/load/tally.h"
#include "tests/bench/load/worker_stream.h"
#include "tests/bench/micro/instant_engine.h"

namespace bench {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace v1 = ductape::jobs::v1;

constexpr core::LaneId kLane = core::kFirstWorkerLane;
constexpr int32_t kWindow = 100'000;

dispatch::WorkerHub::Options HubOptions() {
  dispatch::WorkerHub::Options options;
  options.hold_lane = [](const std::string& /*product*/, const std::string& /*queue*/) {
    return std::make_shared<const core::LaneId>(kLane);
  };
  options.new_session_id = [next = std::make_shared<std::atomic<int>>(0)] {
    return std::to_string(++*next);
  };
  return options;
}

// Everything around one hub.
struct HubServer {
  explicit HubServer(bool endless) : engine(endless) {
    env.gate = &gate;
    env.replies = &pool;
    env.bulk = &pool;
    env.hub = &hub;
    engine.SetListener(&hub);
    hub.Start();
    handler = std::make_unique<server::WorkerHandler>(&env);
    bare = std::make_unique<BareServer>(handler.get());
    gate.SetPhase(server::CallGate::Phase::kServing);
  }
  ~HubServer() {
    hub.Shutdown();
    bare = nullptr;
  }

  scheduler::base::SystemClock clock;
  server::CallGate gate{&clock, server::CallLimits()};
  server::WorkPool pool{"pool", 1, 100};
  server::HandlerEnv env;
  InstantEngine engine;
  dispatch::WorkerHub hub{&engine, &engine, &clock, HubOptions()};
  std::unique_ptr<server::WorkerHandler> handler;
  std::unique_ptr<BareServer> bare;
};

void PrintRow(const char* name, int64_t rate, double runs, double seconds, double cpu,
              const Tally::Sums& sums) {
  std::printf("%-12s %9lld/s asked %10.0f runs/s %7.3f us CPU a run %7.1f runs a message\n", name,
              static_cast<long long>(rate), runs / seconds, cpu * 1e6 / std::max(runs, 1.0),
              runs / static_cast<double>(std::max<int64_t>(sums.messages, 1)));
}

// Measures whatever serves at `address` for so long.
template <typename Feed>
void Measure(const char* name, const std::string& address, int streams, int64_t rate,
             int64_t seconds, Feed feed) {
  Tally tally;
  const Workers workers(address, streams, kWindow / 4, &tally);
  const int64_t from = WallNanos() + kNanosPerSecond / 2;
  const int64_t to = from + seconds * kNanosPerSecond;
  tally.Open(from, to);
  std::atomic<bool> done{false};
  std::thread feeder([&] { feed(&done); });
  SleepUntilWall(from);
  const double cpu = OwnCpuSeconds();
  SleepUntilWall(to);
  const double used = OwnCpuSeconds() - cpu;
  const Tally::Sums sums = tally.sums();
  done = true;
  feeder.join();
  PrintRow(name, rate, static_cast<double>(sums.completed), static_cast<double>(seconds), used,
           sums);
}

void MeasureBare(int streams, int64_t rate, int64_t seconds) {
  BareStreamOptions options;
  options.per_second = rate / streams;
  options.batch = rate == 0 ? 512 : static_cast<int>(std::max<int64_t>(rate / streams / 1000, 1));
  BareWorkerService service(options);
  const BareServer server(&service);
  Measure("bare stream", server.address(), streams, rate, seconds,
          [](const std::atomic<bool>* /*done*/) {});
}

void MeasureHub(int streams, int64_t rate, int64_t seconds) {
  HubServer server(rate == 0);
  Measure("hub", server.bare->address(), streams, rate, seconds,
          [&](const std::atomic<bool>* done) {
            const int64_t begin = MonoNanos();
            int64_t given = 0;
            while (rate > 0 && !done->load()) {
              SleepFor(kNanosPerMilli);  // as commits do
              const int64_t due = (MonoNanos() - begin) * rate / kNanosPerSecond;
              server.engine.Give(kLane, due - given);
              given = due;
            }
          });
}

// The same without gRPC, on one thread.
class NullStream final : public dispatch::WorkerStream {
 public:
  void Wake() override {}
  void ResumeReading() override {}
  void Abort() override {}
};

void MeasureWithoutWire() {
  constexpr int kMessages = 4000;
  const scheduler::base::SystemClock clock;
  InstantEngine engine(/*endless=*/true);
  dispatch::WorkerHub hub(&engine, &engine, &clock, HubOptions());
  dispatch::WorkerHello hello;
  hello.product = "default";
  hello.queues = {"bench"};
  hello.max_in_flight = kWindow;
  const auto link = *hub.Open(hello, std::make_shared<NullStream>());
  server::DeliveryEncoder encoder;
  link->Next(&encoder);  // the welcome
  int64_t runs = 0;
  double deliver = 0;
  double report = 0;
  for (int i = 0; i < kMessages; ++i) {
    grpc::ByteBuffer message;
    double begin = OwnCpuSeconds();
    while (!std::holds_alternative<dispatch::WorkerDeliveries>(link->Next(&encoder))) {
    }
    encoder.Take(&message);
    deliver += OwnCpuSeconds() - begin;
    grpc::Slice slice;
    message.TrySingleSlice(&slice);
    v1::WorkResponse response;
    response.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
    v1::WorkRequest request;
    request.mutable_results()->set_sequence(static_cast<uint64_t>(i) + 1);
    for (const v1::Delivery& delivery : response.deliveries().deliveries()) {
      v1::Result* result = request.mutable_results()->add_results();
      *result->mutable_run() = delivery.run();
      result->set_output("");
    }
    const std::string bytes = request.SerializeAsString();
    runs += response.deliveries().deliveries_size();
    server::DecodedResults decoded;
    bool rest = false;
    begin = OwnCpuSeconds();
    server::DecodeResults(bytes, &decoded);
    link->OnResults(decoded.sequence, std::move(decoded.outcomes), &rest).IgnoreError();
    report += OwnCpuSeconds() - begin;
  }
  std::printf("without wire: %.0f ns a delivery (pop, claim, encode), %.0f ns a result\n",
              deliver * 1e9 / static_cast<double>(runs), report * 1e9 / static_cast<double>(runs));
  hub.Shutdown();
}

int Main(int argc, char** argv) {
  Flags flags(argc, argv, 1);
  const int64_t seconds = flags.Int("seconds", 3);
  const auto streams = static_cast<int>(flags.Int("streams", 2));
  const std::string rates = flags.Text("rates", "0,100000,250000");
  flags.RefuseUnknown();
  MeasureWithoutWire();
  for (const auto& text : absl::StrSplit(rates, ',')) {
    int64_t rate = 0;
    if (!absl::SimpleAtoi(text, &rate)) return 2;
    MeasureBare(streams, rate, seconds);
    MeasureHub(streams, rate, seconds);
  }
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) { return bench::Main(argc, argv); }
