#include "scheduler/dispatch/worker_session.h"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/dispatch/worker_hub.h"

namespace scheduler::dispatch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using Kind = WorkerSession::Kind;

core::RunRef Ref(int64_t number, uint64_t token = 1) { return {{256, number}, token}; }

std::vector<int64_t> Numbers(const std::vector<core::RunRef>& runs) {
  std::vector<int64_t> numbers;
  for (const core::RunRef& run : runs) numbers.push_back(run.key.number);
  return numbers;
}

std::vector<ClaimedFlight> Claims(const std::vector<int64_t>& numbers, Millis timeout = 1000) {
  std::vector<ClaimedFlight> claims;
  for (const int64_t number : numbers) claims.push_back({Ref(number), timeout});
  return claims;
}

core::Outcome OutcomeOf(int64_t number, core::Outcome::Kind kind) {
  core::Outcome outcome;
  outcome.key = {256, number};
  outcome.token = 1;
  outcome.kind = kind;
  return outcome;
}

WorkerHello Hello(int32_t window, Millis lease = 30'000) {
  WorkerHello hello;
  hello.product = "shop";
  hello.max_in_flight = window;
  hello.lease = lease;
  return hello;
}

class WorkerSessionTest : public ::testing::Test {
 protected:
  ~WorkerSessionTest() override { session_->GiveUp(); }  // lets go of its link

  // A link that nobody writes for: a name for the session's owner.
  std::shared_ptr<WorkerLink> NewLink() {
    return std::make_shared<WorkerLink>(WorkerContext(), session_, "", nullptr);
  }
  void Give(const WorkerLink* link, const std::vector<int64_t>& numbers, Millis timeout = 1000) {
    session_->BeginFill(link);
    ASSERT_TRUE(session_->EndFill(link, Claims(numbers, timeout), 0, base::kNever));
  }

  std::shared_ptr<WorkerSession> session_ =
      std::make_shared<WorkerSession>(Kind::kStream, "shop", "s-1", 0);
};

TEST_F(WorkerSessionTest, TheWindowIsWhatItMayHaveInFlight) {
  const auto link = NewLink();
  EXPECT_EQ(session_->BeginFill(link.get()), 0) << "not its stream yet";
  EXPECT_FALSE(session_->EndFill(link.get(), Claims({1}), 0, base::kNever));
  ASSERT_TRUE(session_->Attach(link, Hello(4), 0).attached);
  EXPECT_EQ(session_->load(), 0);
  EXPECT_EQ(session_->BeginFill(link.get()), 4);
  EXPECT_TRUE(session_->EndFill(link.get(), Claims({1, 2, 3}), 0, base::kNever));
  EXPECT_EQ(session_->load(), 768);
  session_->SetWindow(link.get(), 2);
  EXPECT_EQ(session_->load(), LaneTaker::kFullLoad);
  EXPECT_EQ(session_->BeginFill(link.get()), 0);
  EXPECT_TRUE(session_->EndFill(link.get(), {}, 0, base::kNever));
  session_->SetWindow(link.get(), 0);
  EXPECT_EQ(session_->load(), LaneTaker::kFullLoad);
  session_->SetWindow(NewLink().get(), 100);
  EXPECT_EQ(session_->load(), LaneTaker::kFullLoad) << "another stream has no say";
}

TEST_F(WorkerSessionTest, ResultsMakeRoom) {
  const auto link = NewLink();
  session_->Attach(link, Hello(2), 0);
  Give(link.get(), {1, 2});
  std::vector<core::Outcome> outcomes = {OutcomeOf(1, core::Outcome::Kind::kCompleted),
                                         OutcomeOf(7, core::Outcome::Kind::kCompleted)};
  session_->TakeResults(&outcomes);
  EXPECT_THAT(outcomes, SizeIs(2)) << "the engine judges about the unknown one";
  EXPECT_EQ(session_->in_flight(), 1);
}

TEST_F(WorkerSessionTest, ACancelHoldsItsPlaceUntilTheWorkerAnswers) {
  const auto link = NewLink();
  session_->Attach(link, Hello(2), 0);
  Give(link.get(), {1, 2});
  EXPECT_TRUE(session_->Cancel({{Ref(1), Ref(9)}}, "REQUESTED"));
  EXPECT_FALSE(session_->Cancel({{Ref(1)}}, "REQUESTED")) << "told once";
  EXPECT_EQ(session_->in_flight(), 2);
  WorkerCancels cancels;
  ASSERT_TRUE(session_->TakeCancels(&cancels));
  EXPECT_EQ(cancels.reason, "REQUESTED");
  EXPECT_THAT(Numbers(cancels.runs), ElementsAre(1));
  EXPECT_FALSE(session_->TakeCancels(&cancels));

  std::vector<core::Outcome> outcomes = {OutcomeOf(1, core::Outcome::Kind::kCancelled)};
  session_->TakeResults(&outcomes);
  EXPECT_THAT(outcomes, IsEmpty()) << "it only confirms what the engine did";
  EXPECT_EQ(session_->in_flight(), 1);
}

TEST_F(WorkerSessionTest, AnOutcomeThatCrossesItsCancelGoesToTheEngine) {
  const auto link = NewLink();
  session_->Attach(link, Hello(2), 0);
  Give(link.get(), {1});
  session_->Cancel({{Ref(1)}}, "DELETED");
  std::vector<core::Outcome> outcomes = {OutcomeOf(1, core::Outcome::Kind::kCompleted)};
  session_->TakeResults(&outcomes);
  EXPECT_THAT(outcomes, SizeIs(1));
}

TEST_F(WorkerSessionTest, CancelsGoOutByReason) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9), 0);
  Give(link.get(), {1, 2, 3});
  session_->Cancel({{Ref(1)}}, "REQUESTED");
  session_->Cancel({{Ref(2)}}, "DELETED");
  session_->Cancel({{Ref(3)}}, "REQUESTED");
  WorkerCancels cancels;
  ASSERT_TRUE(session_->TakeCancels(&cancels));
  EXPECT_EQ(cancels.reason, "REQUESTED");
  EXPECT_THAT(Numbers(cancels.runs), ElementsAre(1, 3));
  ASSERT_TRUE(session_->TakeCancels(&cancels));
  EXPECT_EQ(cancels.reason, "DELETED");
  EXPECT_THAT(Numbers(cancels.runs), ElementsAre(2));
}

// The run was claimed, and cancelled before the session knew of it.
TEST_F(WorkerSessionTest, ACancelDuringAFillIsNotLost) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9), 0);
  session_->BeginFill(link.get());
  EXPECT_FALSE(session_->Cancel({{Ref(1), Ref(5)}}, "REQUESTED"));
  ASSERT_TRUE(session_->EndFill(link.get(), Claims({1, 2}), 0, base::kNever));
  WorkerCancels cancels;
  ASSERT_TRUE(session_->TakeCancels(&cancels));
  EXPECT_THAT(Numbers(cancels.runs), ElementsAre(1));
  // Nothing of it is left for a later delivery.
  session_->BeginFill(link.get());
  ASSERT_TRUE(session_->EndFill(link.get(), Claims({5}), 0, base::kNever));
  EXPECT_FALSE(session_->TakeCancels(&cancels));
}

TEST_F(WorkerSessionTest, AnotherStreamTakesItUp) {
  const auto first = NewLink();
  const auto second = NewLink();
  session_->Attach(first, Hello(9), 0);
  Give(first.get(), {1, 2, 3, 4});
  session_->Cancel({{Ref(4)}}, "REQUESTED");

  WorkerHello hello = Hello(5);
  hello.in_flight = {Ref(1), Ref(2), Ref(2, 9), Ref(4), Ref(77)};
  const WorkerSession::Attachment attachment = session_->Attach(second, hello, 10);
  EXPECT_TRUE(attachment.attached);
  EXPECT_EQ(attachment.replaced, first);
  EXPECT_THAT(Numbers(attachment.named), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Numbers(attachment.abandoned), UnorderedElementsAre(3));
  WorkerCancels cancels;
  EXPECT_FALSE(session_->TakeCancels(&cancels)) << "it is not kept, so the worker stops it";

  session_->Keep(attachment.named, {Ref(2)});
  EXPECT_EQ(session_->in_flight(), 1);
  EXPECT_EQ(session_->BeginFill(first.get()), 0);
  EXPECT_FALSE(session_->EndFill(first.get(), Claims({8}), 0, base::kNever));
  EXPECT_EQ(session_->BeginFill(second.get()), 4);
  EXPECT_TRUE(session_->EndFill(second.get(), {}, 0, base::kNever));
  session_->Detach(first.get(), 20);
  EXPECT_EQ(session_->link(), second) << "it was not the first one's to detach";
}

TEST_F(WorkerSessionTest, WithdrawsWhatCouldNotBeSent) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9), 0);
  Give(link.get(), {1, 2, 3});
  session_->Cancel({{Ref(2)}}, "REQUESTED");
  EXPECT_THAT(Numbers(session_->Withdraw(Claims({1, 2, 8}))), ElementsAre(1));
  EXPECT_EQ(session_->in_flight(), 1);
}

TEST_F(WorkerSessionTest, SilenceForALeaseEndsIt) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9, 5000), 0);
  Give(link.get(), {1}, 60'000);
  session_->Touch(3000);
  EXPECT_FALSE(session_->Expire(7999).over);
  const WorkerSession::Expiry expiry = session_->Expire(8000);
  EXPECT_TRUE(expiry.over);
  EXPECT_EQ(expiry.lease, 5000);
  EXPECT_EQ(expiry.link, link);
  EXPECT_THAT(Numbers(expiry.lost), ElementsAre(1));
  EXPECT_THAT(expiry.timed_out, IsEmpty()) << "what is lost did not take too long";
  EXPECT_TRUE(session_->gone());
  EXPECT_FALSE(session_->Attach(NewLink(), Hello(1), 8001).attached);
  EXPECT_FALSE(session_->Expire(9000).over) << "once";
}

TEST_F(WorkerSessionTest, HeldItsSilenceMeansNothing) {
  session_->Attach(NewLink(), Hello(9, 5000), 0);
  session_->Hold();
  EXPECT_FALSE(session_->Expire(60'000).over);
  session_->Release(60'000);
  EXPECT_FALSE(session_->Expire(64'999).over);
  EXPECT_TRUE(session_->Expire(65'000).over);
}

TEST_F(WorkerSessionTest, AfterABreakItKeepsItsRunsForTheGrace) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9), 0);
  Give(link.get(), {1, 2}, 60'000);
  session_->Detach(link.get(), 1000);
  EXPECT_FALSE(session_->Expire(10'999).over);
  const WorkerSession::Expiry expiry = session_->Expire(11'000);
  EXPECT_TRUE(expiry.over);
  EXPECT_THAT(Numbers(expiry.lost), UnorderedElementsAre(1, 2));
}

TEST_F(WorkerSessionTest, WithNothingToKeepTheBreakEndsIt) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9), 0);
  session_->Detach(link.get(), 1000);
  EXPECT_TRUE(session_->Expire(1000).over);
}

TEST_F(WorkerSessionTest, AnAttemptThatTakesTooLongIsCancelled) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9), 0);
  Give(link.get(), {1});
  const WorkerSession::Expiry expiry = session_->Expire(1016);
  EXPECT_FALSE(expiry.over);
  EXPECT_THAT(Numbers(expiry.timed_out), ElementsAre(1));
  EXPECT_TRUE(expiry.has_cancels);
  WorkerCancels cancels;
  ASSERT_TRUE(session_->TakeCancels(&cancels));
  EXPECT_EQ(cancels.reason, "TIMEOUT");
  EXPECT_EQ(session_->in_flight(), 1) << "the worker is still at it";
}

TEST(PolledSessionTest, HasNoWindowAndALeaseForEachDelivery) {
  WorkerSession session(Kind::kPolled, "shop", "p-1", 0);
  session.SetLease(100);
  EXPECT_EQ(session.BeginFill(nullptr), std::numeric_limits<size_t>::max());
  ASSERT_TRUE(session.EndFill(nullptr, Claims({1, 2}), 0, 100));
  std::vector<core::Refusal> refused;
  session.Extend({{Ref(2), Ref(3)}}, 60, &refused);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].run.key.number, 3);
  EXPECT_EQ(refused[0].reason, "STALE_TOKEN");
  EXPECT_THAT(Numbers(session.Expire(100).lost), ElementsAre(1));
  EXPECT_THAT(Numbers(session.Expire(160).lost), ElementsAre(2));
}

TEST(PolledSessionTest, OneThatWasCancelledIsNotRefusedAnExtension) {
  WorkerSession session(Kind::kPolled, "shop", "p-1", 0);
  session.SetLease(100);
  session.BeginFill(nullptr);
  ASSERT_TRUE(session.EndFill(nullptr, Claims({1}), 0, 100));
  session.Cancel({{Ref(1)}}, "REQUESTED");
  std::vector<core::Refusal> refused;
  session.Extend({{Ref(1)}}, 60, &refused);
  EXPECT_THAT(refused, IsEmpty());
}

TEST(PolledSessionTest, EndsWhenItHasNothingAndIsNotUsed) {
  WorkerSession session(Kind::kPolled, "shop", "p-1", 0);
  session.SetLease(1000);
  EXPECT_FALSE(session.Expire(10'999).over);
  session.Touch(500);
  EXPECT_FALSE(session.Expire(11'000).over);
  EXPECT_TRUE(session.Expire(11'500).over);
}

TEST_F(WorkerSessionTest, GivenUpItNamesWhatItHad) {
  const auto link = NewLink();
  session_->Attach(link, Hello(9), 0);
  Give(link.get(), {1, 2});
  session_->Cancel({{Ref(2)}}, "REQUESTED");
  EXPECT_THAT(Numbers(session_->GiveUp()), ElementsAre(1));
  EXPECT_EQ(session_->load(), LaneTaker::kFullLoad);
  EXPECT_EQ(session_->link(), nullptr);
}

}  // namespace
}  // namespace scheduler::dispatch
