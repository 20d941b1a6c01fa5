#include "server/handlers/delivery_encoder.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ductape/jobs/v1/worker.pb.h"
#include "grpcpp/support/slice.h"
#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/random.h"
#include "server/converters/worker_converter.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

core::ClaimedRun Claimed(const std::string& event_tag = "pack") {
  core::Event event;
  event.key = {core::EventType::kFunction, event_tag};
  core::ClaimedRun run;
  run.key = {core::MakeUid(123, 4), 17};
  run.token = core::MakeToken(3, 9);
  run.attempt = 2;
  run.trigger = core::Trigger::kCatchup;
  run.scheduled_time = 1'700'000'000'123;
  run.job_tag = "nightly_pack";
  run.job_name = "Nightly packing";
  run.env = "prd";
  run.input_json = R"({"a":1})";
  run.event = std::make_shared<const core::Event>(std::move(event));
  return run;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::string TakeAll(DeliveryEncoder* encoder) {
  std::string all;
  grpc::ByteBuffer message;
  while (!encoder->empty()) {
    encoder->Take(&message);
    all += BytesOf(message);
  }
  return all;
}

std::string Generated(const std::vector<core::ClaimedRun>& runs, scheduler::base::Millis deadline) {
  v1::WorkResponse response;
  for (const core::ClaimedRun& run : runs) {
    DeliveryToProto(run, deadline, response.mutable_deliveries()->add_deliveries());
  }
  return response.SerializeAsString();
}

TEST(DeliveryEncoderTest, WritesTheBytesOfTheGeneratedClasses) {
  DeliveryEncoder encoder;
  EXPECT_TRUE(encoder.empty());
  encoder.Add(Claimed(), 1'700'000'015'000);
  encoder.Add(Claimed("other"), 1'700'000'015'000);
  EXPECT_FALSE(encoder.empty());
  EXPECT_EQ(TakeAll(&encoder), Generated({Claimed(), Claimed("other")}, 1'700'000'015'000));
  EXPECT_TRUE(encoder.empty());
}

TEST(DeliveryEncoderTest, LeavesOutWhatIsEmpty) {
  core::ClaimedRun run = Claimed();
  run.job_name.clear();
  run.env.clear();
  run.input_json.clear();
  run.scheduled_time = 0;
  DeliveryEncoder encoder;
  encoder.Add(run, 1000);
  EXPECT_EQ(TakeAll(&encoder), Generated({run}, 1000));
}

// Lengths and numbers around the places where their encoding grows.
TEST(DeliveryEncoderTest, AgreesWithTheGeneratedClassesOnAllSizes) {
  scheduler::base::Random random(7);
  DeliveryEncoder encoder;
  for (int i = 0; i < 2000; ++i) {
    core::ClaimedRun run = Claimed(std::string(random.Below(129), 'e'));
    run.key = {core::MakeUid(random.Next() >> random.Below(60), static_cast<uint8_t>(i)),
               static_cast<int64_t>(random.Next() >> (1 + random.Below(62))) + 1};
    run.token = random.Next() >> random.Below(64);
    run.attempt = static_cast<int32_t>(random.Below(1 << 20));
    run.trigger = static_cast<core::Trigger>(1 + random.Below(5));
    run.scheduled_time = static_cast<int64_t>(random.Below(253'402'300'799'999));
    run.job_tag.assign(random.Below(129), 't');
    run.job_name.assign(random.Below(1030), 'n');
    run.env.assign(random.Below(65), 'v');
    run.input_json.assign(random.Below(random.Percent(10) ? 65'537 : 300), 'i');
    const auto deadline = static_cast<int64_t>(random.Below(253'402'300'799'999));
    const size_t bytes = encoder.Add(run, deadline);
    const std::string encoded = TakeAll(&encoder);
    ASSERT_EQ(encoded, Generated({run}, deadline)) << i;
    ASSERT_LE(bytes, encoded.size());
  }
}

TEST(DeliveryEncoderTest, CutsMessages) {
  constexpr int kRuns = 100;
  core::ClaimedRun run = Claimed();
  run.input_json.assign(60'000, 'x');
  DeliveryEncoder encoder;
  for (int i = 0; i < kRuns; ++i) encoder.Add(run, 1000);
  int deliveries = 0;
  int messages = 0;
  grpc::ByteBuffer message;
  while (!encoder.empty()) {
    encoder.Take(&message);
    EXPECT_LE(message.Length(), scheduler::base::limits::kMaxStreamMessageBytes);
    v1::WorkResponse response;
    ASSERT_TRUE(response.ParseFromString(BytesOf(message)));
    deliveries += response.deliveries().deliveries_size();
    ++messages;
  }
  EXPECT_EQ(deliveries, kRuns);
  EXPECT_EQ(messages, (kRuns + 7) / 8) << "eight of 60 KB fit into 512 KiB";
}

TEST(DeliveryEncoderTest, MayBeFilledWhileSomethingIsLeft) {
  core::ClaimedRun large = Claimed();
  large.input_json.assign(300'000, 'x');
  DeliveryEncoder encoder;
  encoder.Add(large, 1000);
  encoder.Add(large, 1000);
  grpc::ByteBuffer message;
  encoder.Take(&message);
  encoder.Add(Claimed(), 1000);
  EXPECT_EQ(TakeAll(&encoder), Generated({large, Claimed()}, 1000));
}

TEST(DeliveryEncoderTest, ClearDropsWhatIsLeft) {
  DeliveryEncoder encoder;
  encoder.Add(Claimed(), 1000);
  encoder.Clear();
  EXPECT_TRUE(encoder.empty());
  encoder.Add(Claimed("b"), 1000);
  EXPECT_EQ(TakeAll(&encoder), Generated({Claimed("b")}, 1000));
}

}  // namespace
}  // namespace server
