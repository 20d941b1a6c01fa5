#include <string>

#include "ductape/jobs/store/v1/journal.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/journal_codec.h"
#include "tests/support/store/samples.h"

// The rule of record.proto for what a reader does not know: skipped where min_reader allows it,
// refused otherwise. A newer writer is played by adding to an entry what no message of this format
// has; an older one by leaving out what it has.
namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;

constexpr base::Millis kFloor = 1'764'000'000'000;

pb::JournalEntry EntryOf(const core::Transitions& transitions) {
  const core::Transitions* part = &transitions;
  std::string bytes;
  EncodeEntry(1, kFloor, {&part, 1}, &bytes);
  pb::JournalEntry entry;
  EXPECT_TRUE(entry.ParseFromString(bytes));
  return entry;
}

// A column of a later format: a number a row.
template <typename Message>
void AddUnknownColumn(Message* kind, int field) {
  kind->GetReflection()->MutableUnknownFields(kind)->AddLengthDelimited(field)->assign(
      "\x01\x02\x03");
}

absl::StatusOr<DecodedEntry> Decode(const pb::JournalEntry& entry) {
  return DecodeEntry(entry.SerializeAsString());
}

TEST(JournalVersionTest, TheWriterNamesItsFormat) {
  const pb::JournalEntry entry = EntryOf({});
  EXPECT_EQ(entry.version(), static_cast<uint32_t>(kJournalVersion));
  EXPECT_EQ(entry.min_reader(), 0u);
}

TEST(JournalVersionTest, AmendmentsNeedTheFirstFormatThatKnowsThem) {
  const auto amended = std::make_shared<const core::ScheduleAmended>(
      core::ScheduleAmended{core::MakeUid(1, 2), {}, kFloor});
  EXPECT_EQ(EntryOf({amended}).min_reader(), 3u);
}

TEST(JournalVersionTest, UnknownColumnsAreSkipped) {
  const core::Transitions transitions = tests::OrdinaryTransitions(3, kFloor);
  pb::JournalEntry entry = EntryOf(transitions);
  entry.set_version(kJournalVersion + 1);
  AddUnknownColumn(entry.mutable_run_created(), 90);
  AddUnknownColumn(entry.mutable_run_ended()->mutable_last(), 91);
  AddUnknownColumn(&entry, 92);
  const absl::StatusOr<DecodedEntry> decoded = Decode(entry);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(tests::ToText(decoded->transitions), tests::ToText(transitions));
}

TEST(JournalVersionTest, UnknownKindsAreSkippedAndTheOthersKeepTheirOrder) {
  const core::Transitions transitions = tests::OrdinaryTransitions(3, kFloor);
  pb::JournalEntry entry = EntryOf(transitions);
  AddUnknownColumn(&entry, 80);
  // created × 1, unknown × 5, created × 2, ended × 3, unknown × 1
  entry.clear_run_kind();
  entry.clear_run_length();
  const std::pair<uint32_t, uint32_t> runs[] = {{10, 1}, {80, 5}, {10, 2}, {11, 3}, {80, 1}};
  for (const auto& [kind, length] : runs) {
    entry.add_run_kind(kind);
    entry.add_run_length(length);
  }
  const absl::StatusOr<DecodedEntry> decoded = Decode(entry);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(tests::ToText(decoded->transitions), tests::ToText(transitions));
}

TEST(JournalVersionTest, AnEntryThatNeedsANewerReaderIsRefused) {
  pb::JournalEntry entry = EntryOf(tests::OrdinaryTransitions(3, kFloor));
  entry.set_min_reader(kJournalVersion + 1);
  const absl::Status status = Decode(entry).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::errors::ReasonOf(status), "STORE_TOO_NEW");
}

TEST(JournalVersionTest, ARefusalComesBeforeAnyComplaintAboutTheContent) {
  pb::JournalEntry entry = EntryOf(tests::OrdinaryTransitions(3, kFloor));
  entry.set_min_reader(kJournalVersion + 1);
  entry.mutable_run_created()->add_trigger(static_cast<pb::Trigger>(77));
  entry.mutable_run_created()->add_number(1);
  EXPECT_EQ(base::errors::ReasonOf(Decode(entry).status()), "STORE_TOO_NEW");
}

TEST(JournalVersionTest, AnEntryForThisReaderIsTaken) {
  pb::JournalEntry entry = EntryOf(tests::OrdinaryTransitions(3, kFloor));
  entry.set_min_reader(kJournalVersion);
  EXPECT_TRUE(Decode(entry).ok());
}

TEST(JournalVersionTest, MissingColumnsOfAnOlderWriterHaveTheirDefaults) {
  pb::JournalEntry entry = EntryOf(tests::OrdinaryTransitions(2, kFloor));
  entry.clear_version();
  entry.mutable_run_created()->clear_nominal_delta();
  EXPECT_EQ(Decode(entry).status().code(), absl::StatusCode::kDataLoss)
      << "columns that are never left out are missed";
  entry = EntryOf(tests::OrdinaryTransitions(2, kFloor));
  entry.clear_version();
  entry.mutable_run_ended()->clear_last();
  entry.mutable_run_ended()->clear_at_offset();
  const absl::StatusOr<DecodedEntry> decoded = Decode(entry);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const auto& ended = std::get<core::RunEnded>(decoded->transitions.at(2));
  EXPECT_EQ(ended.state, core::RunState::kCompleted);
  EXPECT_EQ(ended.at, kFloor);
  EXPECT_EQ(ended.last.attempt, 1);
  EXPECT_EQ(ended.last.worker, nullptr);
}

TEST(JournalVersionTest, ValuesThatThisFormatDoesNotHaveAreDataLoss) {
  const auto refused = [](auto change) {
    pb::JournalEntry entry = EntryOf(tests::OrdinaryTransitions(2, kFloor));
    change(&entry);
    return Decode(entry).status().code() == absl::StatusCode::kDataLoss;
  };
  EXPECT_TRUE(refused([](pb::JournalEntry* e) {
    e->mutable_run_created()->add_trigger(static_cast<pb::Trigger>(9));
    e->mutable_run_created()->add_trigger(pb::TRIGGER_MANUAL);
  }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) {
    e->mutable_run_ended()->add_state(pb::RUN_STATE_QUEUED);
    e->mutable_run_ended()->add_state(pb::RUN_STATE_COMPLETED);
  }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) { e->mutable_run_created()->add_number(5); }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) { e->mutable_run_created()->set_number(0, 0); }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) { e->set_run_length(0, 3); }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) { e->set_run_length(0, 1); }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) { e->add_run_kind(10); }));
  EXPECT_TRUE(refused(
      [](pb::JournalEntry* e) { e->mutable_run_ended()->mutable_last()->set_worker_text(0, 2); }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) {
    e->mutable_run_created()->add_origin_row(2);
    e->mutable_run_created()->add_origin();
  }));
  EXPECT_TRUE(refused([](pb::JournalEntry* e) { e->mutable_run_created()->add_origin_row(0); }));
}

}  // namespace
}  // namespace scheduler::store
