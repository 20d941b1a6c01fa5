#include "server/converters/event_converter.h"

#include <limits>
#include <string>
#include <variant>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

v1::Event ExampleEvent() {
  v1::Event event;
  event.set_event_type(v1::Event::ACTION);
  event.set_tag("action_tag");
  event.set_name("Ping");
  event.mutable_http()->set_url("http://127.0.0.1:8080/ping");
  return event;
}

google::protobuf::FieldMask Mask(const std::string& path) {
  google::protobuf::FieldMask mask;
  mask.add_paths(path);
  return mask;
}

TEST(EventTest, IsConverted) {
  const core::Event event = ToEvent(ExampleEvent(), "shop").value();
  EXPECT_EQ(event.product, "shop");
  EXPECT_EQ(event.key, (core::EventKey{core::EventType::kAction, "action_tag"}));
  EXPECT_EQ(event.name, "Ping");
  EXPECT_EQ(std::get<core::HttpTarget>(event.target).method, core::HttpMethod::kPost);
  EXPECT_FALSE(event.retry.has_value());
}

TEST(EventTest, NamesWhatIsMissingOrWrong) {
  v1::Event event = ExampleEvent();
  event.clear_event_type();
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "FIELD_REQUIRED event.event_type");
  event = ExampleEvent();
  event.clear_tag();
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "FIELD_REQUIRED event.tag");
  event = ExampleEvent();
  event.clear_target();
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "FIELD_REQUIRED event.http");
  event = ExampleEvent();
  event.set_name("a\nb");
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "FIELD_INVALID event.name");
}

TEST(EventTest, OnlyWorkersTakeLongerThanAnHour) {
  v1::Event event = ExampleEvent();
  event.mutable_attempt_timeout()->set_seconds(3600);
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "OK");
  event.mutable_attempt_timeout()->set_seconds(3601);
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "FIELD_OUT_OF_RANGE event.attempt_timeout");
  event.mutable_worker();
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "OK");
  event.mutable_attempt_timeout()->set_seconds(86'401);
  EXPECT_EQ(Fault(ToEvent(event, "shop")), "FIELD_OUT_OF_RANGE event.attempt_timeout");
}

TEST(EventTest, LimitsHaveARange) {
  const auto fault = [](int32_t max_in_flight, double max_per_second) {
    v1::Event event = ExampleEvent();
    event.mutable_limits()->set_max_in_flight(max_in_flight);
    event.mutable_limits()->set_max_per_second(max_per_second);
    return Fault(ToEvent(event, "shop"));
  };
  const std::string in_flight = "FIELD_OUT_OF_RANGE event.limits.max_in_flight";
  const std::string per_second = "FIELD_OUT_OF_RANGE event.limits.max_per_second";
  EXPECT_EQ(fault(0, 0), "OK");
  EXPECT_EQ(fault(1, 0.001), "OK");
  EXPECT_EQ(fault(1'000'000, 1'000'000), "OK");
  EXPECT_EQ(fault(-1, 0), in_flight);
  EXPECT_EQ(fault(1'000'001, 0), in_flight);
  EXPECT_EQ(fault(0, 0.0009), per_second);
  EXPECT_EQ(fault(0, -1), per_second);
  EXPECT_EQ(fault(0, 1'000'000.5), per_second);
  EXPECT_EQ(fault(0, std::numeric_limits<double>::quiet_NaN()), per_second);
  EXPECT_EQ(fault(0, std::numeric_limits<double>::infinity()), per_second);
}

TEST(EventPatchTest, LimitsAreReplacedAsAWhole) {
  v1::Event event = ExampleEvent();
  event.mutable_limits()->set_max_in_flight(5);
  event.mutable_limits()->set_max_per_second(0.5);
  core::Event stored = ToEvent(event, "shop").value();
  EXPECT_EQ(stored.limits.max_in_flight, 5);
  EXPECT_EQ(stored.limits.max_per_second, 0.5);
  v1::Event change;
  change.mutable_limits()->set_max_in_flight(7);
  ASSERT_TRUE(EventPatch::Make(change, {}).value().Apply(&stored).ok());
  EXPECT_EQ(stored.limits.max_in_flight, 7);
  EXPECT_EQ(stored.limits.max_per_second, 0);
  ASSERT_TRUE(EventPatch::Make({}, Mask("limits")).value().Apply(&stored).ok());
  EXPECT_FALSE(stored.limits.any());
}

TEST(EventPatchTest, AnotherTargetReplacesTheOneThatWas) {
  core::Event stored = ToEvent(ExampleEvent(), "shop").value();
  v1::Event change;
  change.mutable_worker()->set_queue("q");
  ASSERT_TRUE(EventPatch::Make(change, {}).value().Apply(&stored).ok());
  EXPECT_EQ(std::get<core::WorkerTarget>(stored.target).queue, "q");
  EXPECT_EQ(stored.name, "Ping");
  EXPECT_EQ(Fault(EventPatch::Make(change, Mask("http"))), "FIELD_REQUIRED event.http");
  EXPECT_EQ(Fault(EventPatch::Make(change, Mask("event_type"))), "FIELD_NOT_UPDATABLE update_mask");
  EXPECT_EQ(Fault(EventPatch::Make(change, Mask("target"))), "FIELD_UNKNOWN update_mask");
  EXPECT_EQ(Fault(EventPatch::Make(change, Mask("job_count"))), "OK");
}

TEST(EventPatchTest, TheWholeEventIsChecked) {
  v1::Event worker = ExampleEvent();
  worker.mutable_worker();
  worker.mutable_attempt_timeout()->set_seconds(7200);
  core::Event stored = ToEvent(worker, "shop").value();
  v1::Event change;
  change.mutable_http()->set_url("http://h/");
  EXPECT_EQ(Fault(EventPatch::Make(change, {}).value().Apply(&stored)),
            "FIELD_OUT_OF_RANGE event.attempt_timeout");
}

TEST(EventPatchTest, NamesCanBeClearedByAMask) {
  core::Event stored = ToEvent(ExampleEvent(), "shop").value();
  ASSERT_TRUE(EventPatch::Make({}, Mask("name")).value().Apply(&stored).ok());
  EXPECT_EQ(stored.name, "");
}

TEST(EventToProtoTest, WhatIsReadCanBeWritten) {
  v1::Event event = ExampleEvent();
  event.mutable_retry_policy()->set_max_retries(3);
  (*event.mutable_labels())["team"] = "x";
  event.mutable_limits()->set_max_in_flight(5);
  event.mutable_limits()->set_max_per_second(2.5);
  event.mutable_attempt_timeout()->set_seconds(3);
  scheduler::engine::EventView view{.event = ToEvent(event, "shop").value(), .job_count = 4};
  view.event.uid = 77;
  view.event.generation = 2;
  v1::Event out;
  EventToProto(view, &out);
  EXPECT_EQ(out.job_count(), 4);
  EXPECT_EQ(out.uid(), core::FormatUid(77));
  EXPECT_EQ(out.etag(), core::FormatUid(77) + "-2");
  const core::Event back = ToEvent(out, "default").value();
  EXPECT_EQ(back.target, view.event.target);
  EXPECT_EQ(back.retry, view.event.retry);
  EXPECT_EQ(back.attempt_timeout, 3000);
  EXPECT_EQ(back.limits, view.event.limits);
  EXPECT_EQ(out.limits().max_per_second(), 2.5);
  view.event.limits = {};
  out.Clear();
  EventToProto(view, &out);
  EXPECT_FALSE(out.has_limits());
  EXPECT_EQ(back.labels, view.event.labels);
}

}  // namespace
}  // namespace server
