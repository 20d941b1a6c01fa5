#include "scheduler/dispatch/worker_directory.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

namespace scheduler::dispatch {
namespace {

using ::testing::SizeIs;
using Kind = WorkerSession::Kind;

class WorkerDirectoryTest : public ::testing::Test {
 protected:
  std::shared_ptr<WorkerSession> Begin(const std::string& product, const std::string& id) {
    return *directory_.FindOrBegin(Kind::kStream, product, id, 0);
  }

  int made_ = 0;
  WorkerDirectory directory_{3, [this] { return absl::StrCat("made-", ++made_); }};
};

TEST_F(WorkerDirectoryTest, FindsASessionInItsProductOnly) {
  const auto session = Begin("shop", "a");
  EXPECT_EQ(Begin("shop", "a"), session);
  EXPECT_EQ(directory_.Find("shop", "a"), session);
  EXPECT_NE(Begin("bank", "a"), session);
  EXPECT_EQ(directory_.Find("shop", "b"), nullptr);
  EXPECT_EQ(directory_.session_count(), 2);
}

TEST_F(WorkerDirectoryTest, MakesAnIdWhereThereIsNone) {
  EXPECT_EQ(Begin("shop", "")->id(), "made-1");
  EXPECT_EQ(Begin("shop", "")->id(), "made-2");
  EXPECT_EQ(made_, 2);
}

TEST_F(WorkerDirectoryTest, SessionsAreBounded) {
  for (const char* id : {"a", "b", "c"}) Begin("shop", id);
  EXPECT_EQ(directory_.FindOrBegin(Kind::kStream, "shop", "d", 0).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(directory_.FindOrBegin(Kind::kStream, "shop", "a", 0).ok()) << "a known one goes on";
}

TEST_F(WorkerDirectoryTest, AStreamsSessionIsNotOneOfCalls) {
  Begin("shop", "a");
  const absl::Status status = directory_.FindOrBegin(Kind::kPolled, "shop", "a", 0).status();
  EXPECT_EQ(base::errors::ReasonOf(status), "FIELD_INVALID");
  EXPECT_EQ(base::errors::DetailOf(status).field, "session_id");
}

TEST_F(WorkerDirectoryTest, ForgetsThatSessionAndNoOther) {
  const auto old = Begin("shop", "a");
  directory_.Forget(old);
  EXPECT_EQ(directory_.Find("shop", "a"), nullptr);
  const auto young = Begin("shop", "a");
  directory_.Forget(old);
  EXPECT_EQ(directory_.Find("shop", "a"), young);
}

TEST_F(WorkerDirectoryTest, KnowsAStreamAsLongAsItIsHeld) {
  const auto session = Begin("shop", "a");
  auto kept = std::make_shared<WorkerLink>(WorkerContext(), session, "", nullptr);
  auto dropped = std::make_shared<WorkerLink>(WorkerContext(), session, "", nullptr);
  EXPECT_TRUE(directory_.Add(kept));
  EXPECT_TRUE(directory_.Add(dropped));
  EXPECT_THAT(directory_.Links(), SizeIs(2));
  dropped = nullptr;
  EXPECT_THAT(directory_.Links(), ::testing::ElementsAre(kept));
}

TEST_F(WorkerDirectoryTest, AStreamOutlivesItsSession) {
  EXPECT_TRUE(directory_.empty());
  const auto session = Begin("shop", "a");
  auto link = std::make_shared<WorkerLink>(WorkerContext(), session, "", nullptr);
  ASSERT_TRUE(directory_.Add(link));
  directory_.Forget(session);
  EXPECT_EQ(directory_.session_count(), 0);
  EXPECT_FALSE(directory_.empty()) << "the stream is still there";
  link = nullptr;
  EXPECT_TRUE(directory_.empty());
}

TEST_F(WorkerDirectoryTest, DrainingItTakesNobodyIn) {
  const auto session = Begin("shop", "a");
  directory_.StartDraining();
  EXPECT_EQ(base::errors::ReasonOf(directory_.FindOrBegin(Kind::kStream, "shop", "a", 0).status()),
            "DRAINING");
  EXPECT_FALSE(directory_.Add(std::make_shared<WorkerLink>(WorkerContext(), session, "", nullptr)));
}

}  // namespace
}  // namespace scheduler::dispatch
