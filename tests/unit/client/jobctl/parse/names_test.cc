// The readers of short texts: enums, event references, KEY=VALUE.
#include <string>

#include "client/jobctl/parse/enum.h"
#include "client/jobctl/parse/event_ref.h"
#include "client/jobctl/parse/key_value.h"
#include "ductape/jobs/v1/job.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Event;
using ductape::jobs::v1::HttpTarget;
using ductape::jobs::v1::OverlapPolicy;
using ::testing::HasSubstr;

TEST(EnumTest, ReadsNamesInAnyCase) {
  EXPECT_EQ(ParseEnum<OverlapPolicy::Mode>("skip").value(), OverlapPolicy::SKIP);
  EXPECT_EQ(ParseEnum<OverlapPolicy::Mode>("BUFFER_ONE").value(), OverlapPolicy::BUFFER_ONE);
  EXPECT_EQ(ParseEnum<OverlapPolicy::Mode>("buffer-one").value(), OverlapPolicy::BUFFER_ONE);
  EXPECT_EQ(ParseEnum<HttpTarget::Method>("Delete").value(), HttpTarget::DELETE_METHOD);
  EXPECT_EQ(ParseEnum<HttpTarget::Method>("DELETE_METHOD").value(), HttpTarget::DELETE_METHOD);
}

TEST(EnumTest, RefusesOthersAndListsTheChoices) {
  for (const char* text : {"", "sometimes", "MODE_UNSPECIFIED", "1"}) {
    const absl::Status status = ParseEnum<OverlapPolicy::Mode>(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("skip, allow, buffer_one"));
  }
  EXPECT_EQ(EnumChoices<HttpTarget::Method>(), "get|post|put|patch|delete|head");
}

TEST(EventRefTest, ReadsTypeAndTag) {
  EventRef ref = ParseEventRef("ACTION/action_tag").value();
  EXPECT_EQ(ref.type, Event::ACTION);
  EXPECT_EQ(ref.tag, "action_tag");
  ref = ParseEventRef("database-action/x").value();
  EXPECT_EQ(ref.type, Event::DATABASE_ACTION);
  ref = ParseEventRef("x", "function").value();
  EXPECT_EQ(ref.type, Event::FUNCTION);
  EXPECT_EQ(ref.tag, "x");
}

TEST(EventRefTest, RefusesWhatLacksAPartOrNamesTwoTypes) {
  for (const char* text : {"", "x", "/x", "ACTION/", "WHATEVER/x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseEventRef(text).status())) << text;
  }
  EXPECT_FALSE(ParseEventRef("ACTION/x", "ACTION").ok());
  EXPECT_FALSE(ParseEventRef("", "ACTION").ok());
}

TEST(EventRefTest, WritesWhatItReads) {
  EXPECT_EQ(EventRefText(Event::MESSAGEBROKER, "x"), "MESSAGEBROKER/x");
}

TEST(KeyValueTest, CutsAtTheFirstEquals) {
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(ParseKeyValue("a=b").value(), Pair("a", "b"));
  EXPECT_EQ(ParseKeyValue("a=").value(), Pair("a", ""));
  EXPECT_EQ(ParseKeyValue("a=b=c").value(), Pair("a", "b=c"));
  EXPECT_FALSE(ParseKeyValue("a").ok());
  EXPECT_FALSE(ParseKeyValue("=b").ok());
  EXPECT_FALSE(ParseKeyValue("").ok());
}

TEST(KeyValueTest, AKeyIsGivenOnce) {
  ductape::jobs::v1::Job job;
  EXPECT_TRUE(PutKeyValue("a=1", job.mutable_labels()).ok());
  EXPECT_TRUE(PutKeyValue("b=2", job.mutable_labels()).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(PutKeyValue("a=3", job.mutable_labels())));
  EXPECT_EQ(job.labels().at("a"), "1");
}

}  // namespace
}  // namespace jobctl
