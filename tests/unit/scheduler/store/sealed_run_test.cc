#include <string>

#include "ductape/jobs/store/v1/history.pb.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "scheduler/store/history_codec.h"
#include "tests/support/store/samples.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;

TEST(SealedRunTest, RunsRoundTrip) {
  tests::Random random(11);
  for (int i = 0; i < 1000; ++i) {
    SCOPED_TRACE(i);
    const core::TerminalRun run = tests::RandomTerminalRun(&random);
    const SealedRun sealed = Seal(run);
    const absl::StatusOr<core::Run> decoded = DecodeSealedRun(run.key, sealed.body);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    core::Run expected = core::ToRun(run);
    if (run.state == core::RunState::kCompleted) expected.product.clear();
    EXPECT_EQ(tests::ToText(*decoded), tests::ToText(expected));
  }
}

TEST(SealedRunTest, UnsuccessfulRunsAreNamedForTheIndex) {
  tests::Random random(12);
  for (int i = 0; i < 200; ++i) {
    const core::TerminalRun run = tests::RandomTerminalRun(&random);
    const SealedRun sealed = Seal(run);
    EXPECT_EQ(sealed.key, run.key);
    if (run.state == core::RunState::kCompleted) {
      EXPECT_FALSE(sealed.unsuccessful_end.has_value());
      EXPECT_EQ(sealed.product, "");
    } else {
      EXPECT_EQ(sealed.unsuccessful_end, run.end_time);
      EXPECT_EQ(sealed.product, "default");
    }
  }
}

TEST(SealedRunTest, RetentionFactsAreReadWithoutTheRest) {
  tests::Random random(13);
  for (int i = 0; i < 500; ++i) {
    const core::TerminalRun run = tests::RandomTerminalRun(&random);
    const absl::StatusOr<RetentionFacts> facts = DecodeRetentionFacts(Seal(run).body);
    ASSERT_TRUE(facts.ok()) << facts.status();
    EXPECT_EQ(facts->history_limit, run.history_limit);
    EXPECT_EQ(facts->end_time, run.end_time);
  }
}

TEST(SealedRunTest, AnOrdinaryRunIsSmall) {
  core::TerminalRun run;
  run.key = {core::MakeUid(123'456, 7), 4711};
  run.generation = 1;
  run.attempt_count = 1;
  run.history_limit = 100;
  run.nominal = run.last_nominal = run.due = 1'764'000'000'000;
  run.create_time = run.nominal + 1;
  run.start_time = run.nominal + 2;
  run.end_time = run.nominal + 9;
  run.last = {
      1, run.start_time, run.end_time, base::Intern("worker-4711"), core::MakeToken(12, 1000),
      1, nullptr};
  EXPECT_LT(Seal(run).body.size(), 60u);
}

TEST(SealedRunTest, ARecordThatNeedsANewerReaderIsRefused) {
  pb::SealedRun body;
  body.set_min_reader(6);
  EXPECT_EQ(base::errors::ReasonOf(DecodeSealedRun({1, 1}, body.SerializeAsString()).status()),
            "STORE_TOO_NEW");
}

TEST(SealedRunTest, FieldsOfALaterFormatAreSkipped) {
  pb::SealedRun body;
  body.set_nominal(5);
  body.GetReflection()->MutableUnknownFields(&body)->AddVarint(99, 1);
  const absl::StatusOr<core::Run> run = DecodeSealedRun({1, 1}, body.SerializeAsString());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->scheduled_time, 5);
}

TEST(SealedRunTest, UnknownStatesAreDataLoss) {
  pb::SealedRun body;
  body.set_state(pb::RUN_STATE_QUEUED);
  EXPECT_EQ(DecodeSealedRun({1, 1}, body.SerializeAsString()).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace scheduler::store
