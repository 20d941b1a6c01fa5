#include "server/handlers/results_decoder.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "ductape/jobs/v1/worker.pb.h"
#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "server/converters/worker_converter.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

v1::Result* AddResult(v1::WorkRequest* request, int64_t number = 17) {
  v1::Result* result = request->mutable_results()->add_results();
  core::AppendRunId({core::MakeUid(123, 4), number}, result->mutable_run()->mutable_run_id());
  result->mutable_run()->set_token(core::MakeToken(3, 9));
  result->set_output("");
  return result;
}

void ExpectSame(const core::Outcome& a, const core::Outcome& b) {
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.token, b.token);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.start_time, b.start_time);
  EXPECT_EQ(a.end_time, b.end_time);
  EXPECT_EQ(a.retry_after, b.retry_after);
  ASSERT_EQ(a.error == nullptr, b.error == nullptr);
  if (a.error != nullptr) {
    EXPECT_EQ(*a.error, *b.error);
  }
  ASSERT_EQ(a.output == nullptr, b.output == nullptr);
  if (a.output != nullptr) {
    EXPECT_EQ(*a.output, *b.output);
  }
}

// Whether the decoder took the bytes; if so, it understood them as the usual way does.
bool Agrees(const std::string& bytes) {
  DecodedResults decoded;
  if (!DecodeResults(bytes, &decoded)) return false;
  v1::WorkRequest request;
  EXPECT_TRUE(request.ParseFromString(bytes));
  EXPECT_TRUE(request.has_results());
  EXPECT_EQ(decoded.sequence, request.results().sequence());
  const auto outcomes = ToOutcomes("results", request.results().results());
  EXPECT_TRUE(outcomes.ok()) << outcomes.status();
  if (!outcomes.ok()) return true;
  EXPECT_EQ(decoded.outcomes.size(), outcomes->size());
  for (size_t i = 0; i < std::min(decoded.outcomes.size(), outcomes->size()); ++i) {
    ExpectSame(decoded.outcomes[i], (*outcomes)[i]);
  }
  return true;
}

v1::WorkRequest Usual() {
  v1::WorkRequest request;
  request.mutable_results()->set_sequence(5);
  AddResult(&request, 1);
  AddResult(&request, 2)->set_output("a result");
  v1::Result* timed = AddResult(&request, 3);
  timed->mutable_start_time()->set_seconds(1'700'000'000);
  timed->mutable_start_time()->set_nanos(999'999'999);
  timed->mutable_end_time()->set_seconds(1'700'000'001);
  AddResult(&request, 4)->mutable_cancelled();
  AddResult(&request, 5)->mutable_released();
  v1::Run::Error* error = AddResult(&request, 6)->mutable_failure();
  error->set_code("OUT_OF_STOCK");
  error->set_message("no more");
  error->set_retryable(false);
  AddResult(&request, 7)->set_output(std::string(5000, 'x'));
  return request;
}

TEST(ResultsDecoderTest, TakesWhatClientsSend) {
  EXPECT_TRUE(Agrees(Usual().SerializeAsString()));
  v1::WorkRequest empty;
  empty.mutable_results();
  EXPECT_TRUE(Agrees(empty.SerializeAsString()));
}

TEST(ResultsDecoderTest, ReusesItsOutput) {
  DecodedResults decoded;
  ASSERT_TRUE(DecodeResults(Usual().SerializeAsString(), &decoded));
  v1::WorkRequest small;
  small.mutable_results()->set_sequence(6);
  AddResult(&small);
  ASSERT_TRUE(DecodeResults(small.SerializeAsString(), &decoded));
  EXPECT_EQ(decoded.sequence, 6);
  EXPECT_EQ(decoded.outcomes.size(), 1);
}

TEST(ResultsDecoderTest, LeavesTheRestToTheUsualWay) {
  DecodedResults decoded;
  EXPECT_FALSE(DecodeResults("", &decoded));
  v1::WorkRequest request;
  request.mutable_heartbeat();
  EXPECT_FALSE(DecodeResults(request.SerializeAsString(), &decoded)) << "another message";
  const auto refuses = [&decoded](auto spoil) {
    v1::WorkRequest spoiled;
    spoiled.mutable_results()->set_sequence(1);
    AddResult(&spoiled);
    spoil(AddResult(&spoiled));
    return !DecodeResults(spoiled.SerializeAsString(), &decoded);
  };
  EXPECT_TRUE(refuses([](v1::Result* r) { r->clear_outcome(); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->clear_run(); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->mutable_run()->set_run_id("nonsense"); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->mutable_failure()->set_code("lower"); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->mutable_failure()->set_code("A\xff"); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->mutable_retry_after()->set_seconds(1); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->mutable_start_time()->set_nanos(-1); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->mutable_start_time()->set_seconds(-1); }));
  EXPECT_TRUE(refuses([](v1::Result* r) { r->mutable_end_time()->set_seconds(253'402'300'800); }));
  EXPECT_TRUE(refuses(
      [](v1::Result* r) { r->GetReflection()->MutableUnknownFields(r)->AddVarint(60, 1); }));
  // A text that takes two results for one field: protobuf merges them.
  const std::string usual = Usual().SerializeAsString();
  EXPECT_FALSE(DecodeResults(usual + usual, &decoded));
  v1::WorkRequest many;
  for (int i = 0; i <= kMaxResults; ++i) AddResult(&many);
  EXPECT_FALSE(DecodeResults(many.SerializeAsString(), &decoded));
}

TEST(ResultsDecoderTest, EveryBeginningOfAMessageIsRefusedOrUnderstood) {
  const std::string bytes = Usual().SerializeAsString();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(Agrees(bytes.substr(0, length))) << length;
  }
}

TEST(ResultsDecoderTest, SpoiltBytesAreRefusedOrUnderstoodAsTheUsualWayDoes) {
  scheduler::base::Random random(11);
  v1::WorkRequest request = Usual();
  request.mutable_results()->mutable_results()->DeleteSubrange(6, 1);
  const std::string bytes = request.SerializeAsString();
  int taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string spoilt = bytes;
    const uint64_t changes = 1 + random.Below(3);
    for (uint64_t c = 0; c < changes; ++c) {
      spoilt[random.Below(spoilt.size())] = static_cast<char>(random.Below(256));
    }
    DecodedResults decoded;
    if (!DecodeResults(spoilt, &decoded)) continue;
    ++taken;
    ASSERT_TRUE(Agrees(spoilt));
    ASSERT_FALSE(HasFailure()) << "change " << i;
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace server
