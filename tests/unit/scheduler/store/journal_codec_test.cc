#include "scheduler/store/journal_codec.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/interned.h"
#include "tests/support/store/samples.h"

namespace scheduler::store {
namespace {

using core::Transitions;

constexpr base::Millis kFloor = 1'764'000'000'000;

std::string Encode(const Transitions& transitions, base::Millis floor = kFloor) {
  const Transitions* part = &transitions;
  std::string bytes;
  EncodeEntry(7, floor, {&part, 1}, &bytes);
  return bytes;
}

DecodedEntry Decode(std::string_view bytes) {
  absl::StatusOr<DecodedEntry> entry = DecodeEntry(bytes);
  EXPECT_TRUE(entry.ok()) << entry.status();
  return entry.ok() ? *std::move(entry) : DecodedEntry{};
}

void ExpectRoundTrip(const Transitions& transitions, base::Millis floor = kFloor) {
  const DecodedEntry entry = Decode(Encode(transitions, floor));
  EXPECT_EQ(entry.epoch, 7);
  EXPECT_EQ(entry.time_floor, floor);
  EXPECT_EQ(tests::ToText(entry.transitions), tests::ToText(transitions));
}

TEST(JournalCodecTest, AnEmptyEntryHasEpochAndFloor) { ExpectRoundTrip({}); }

TEST(JournalCodecTest, OrdinaryEntriesRoundTrip) {
  ExpectRoundTrip(tests::OrdinaryTransitions(1000, kFloor));
}

TEST(JournalCodecTest, AnOrdinaryThousandIsSmall) {
  // The measure of reference/performance.md: 1,000 transitions in 24 KB.
  EXPECT_LT(Encode(tests::OrdinaryTransitions(500, kFloor)).size(), 16'000u);
}

TEST(JournalCodecTest, RandomTransitionsOfAllKindsRoundTrip) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    tests::Random random(seed);
    ExpectRoundTrip(tests::RandomTransitions(&random, random.Below(60)));
  }
}

TEST(JournalCodecTest, ExtremeFloorsRoundTrip) {
  tests::Random random(1);
  const Transitions transitions = tests::RandomTransitions(&random, 200);
  for (const base::Millis floor : {base::Millis{0}, base::kNever, INT64_MAX, INT64_MIN}) {
    ExpectRoundTrip(transitions, floor);
  }
}

TEST(JournalCodecTest, OneKindAloneRoundTrips) {
  // A column of defaults is left out only if all its rows have the default: each kind many times
  // with few rows meets both cases.
  tests::Random random(5);
  for (int i = 0; i < 2000; ++i) ExpectRoundTrip(tests::RandomTransitions(&random, 1));
}

TEST(JournalCodecTest, PartsAreJoinedInOrder) {
  tests::Random random(3);
  const Transitions first = tests::RandomTransitions(&random, 20);
  const Transitions none;
  const Transitions second = tests::RandomTransitions(&random, 20);
  const Transitions* const parts[] = {&first, &none, &second};
  std::string bytes;
  EncodeEntry(7, kFloor, parts, &bytes);
  EXPECT_EQ(tests::ToText(Decode(bytes).transitions), tests::ToText(first) + tests::ToText(second));
}

TEST(JournalCodecTest, EncodingAppends) {
  std::string bytes = "before";
  const Transitions none;
  const Transitions* part = &none;
  EncodeEntry(1, 2, {&part, 1}, &bytes);
  EXPECT_THAT(bytes, testing::StartsWith("before"));
  EXPECT_EQ(Decode(std::string_view(bytes).substr(6)).time_floor, 2);
}

TEST(JournalCodecTest, WhatAnEntryHeldIsNotInTheNext) {
  tests::Random random(9);
  const Transitions rich = tests::RandomTransitions(&random, 500);
  const Transitions plain = tests::OrdinaryTransitions(10, kFloor);
  const std::string alone = Encode(plain);
  Encode(rich);
  EXPECT_EQ(Encode(plain), alone);
}

TEST(JournalCodecTest, AnErrorOfTheLastAttemptIsSharedAgain) {
  core::RunEnded ended;
  ended.uid = core::MakeUid(1, 2);
  ended.number = 1;
  ended.state = core::RunState::kFailed;
  ended.last.attempt = 1;
  ended.last.error = std::make_shared<core::RunError>(core::RunError{"TIMEOUT", "late", {}, 0});
  ended.error = ended.last.error;
  const DecodedEntry entry = Decode(Encode({core::Transition(ended)}));
  const auto& decoded = std::get<core::RunEnded>(entry.transitions.at(0));
  EXPECT_EQ(decoded.error.get(), decoded.last.error.get());
}

TEST(JournalCodecTest, WorkersAreInterned) {
  const DecodedEntry entry = Decode(Encode(tests::OrdinaryTransitions(2, kFloor)));
  const auto& ended = std::get<core::RunEnded>(entry.transitions.at(2));
  EXPECT_EQ(ended.last.worker, base::Intern("worker-4711"));
}

TEST(JournalCodecTest, AHugeEntryRoundTrips) {
  ExpectRoundTrip(tests::OrdinaryTransitions(200'000, kFloor));
  ExpectRoundTrip(tests::OrdinaryTransitions(10, kFloor));
}

}  // namespace
}  // namespace scheduler::store
