#include "client/jobctl/apply/field_diff.h"

#include "ductape/jobs/v1/event.pb.h"
#include "ductape/jobs/v1/job.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {

bool operator==(const FieldChange& a, const FieldChange& b) {
  return a.path == b.path && a.from == b.from && a.to == b.to;
}

namespace {

using ductape::jobs::v1::Event;
using ductape::jobs::v1::Job;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FieldDiffTest, WhatTheServerSaysIsNoDifference) {
  Job from;
  from.set_tag("a");
  Job to = from;
  to.set_uid("u");
  to.set_etag("e");
  to.set_generation(7);
  to.set_state(Job::ACTIVE);
  to.mutable_last_run()->set_run_id("u-1");
  EXPECT_THAT(DiffFields(from, to), IsEmpty());
}

TEST(FieldDiffTest, NamesEachFieldByItsPath) {
  Job from;
  from.set_intervals(60000);
  (*from.mutable_labels())["team"] = "a";
  (*from.mutable_labels())["tier"] = "gold";
  from.mutable_retry_policy()->set_max_retries(3);
  Job to = from;
  to.set_cron("@daily");
  (*to.mutable_labels())["team"] = "b";
  to.mutable_labels()->erase("tier");
  to.clear_retry_policy();
  EXPECT_THAT(DiffFields(from, to), ElementsAre(FieldChange{"intervals", "\"60000\"", ""},
                                                FieldChange{"labels.team", "\"a\"", "\"b\""},
                                                FieldChange{"labels.tier", "\"gold\"", ""},
                                                FieldChange{"retry_policy.max_retries", "3", ""},
                                                FieldChange{"cron", "", "\"@daily\""}));
}

TEST(FieldDiffTest, ListsDifferAsAWholeAndEmptyMessagesCount) {
  Job from;
  from.add_exclude_calendars("a");
  Job to;
  to.add_exclude_calendars("a");
  to.add_exclude_calendars("b");
  to.mutable_input();
  EXPECT_THAT(DiffFields(from, to),
              ElementsAre(FieldChange{"exclude_calendars", "[\"a\"]", "[\"a\",\"b\"]"},
                          FieldChange{"input", "", "{}"}));
}

TEST(FieldDiffTest, ValuesOfAnInputMayChangeTheirKind) {
  Job from;
  auto& fields = *from.mutable_input()->mutable_fields();
  (*fields["a"].mutable_struct_value()->mutable_fields())["b"].set_number_value(1);
  fields["n"].set_null_value(google::protobuf::NULL_VALUE);
  Job to;
  (*to.mutable_input()->mutable_fields())["a"].set_string_value("x");
  EXPECT_THAT(DiffFields(from, to), ElementsAre(FieldChange{"input.a", "{\"b\":1}", "\"x\""},
                                                FieldChange{"input.n", "null", ""}));
}

TEST(FieldDiffTest, AnotherTargetIsBothTargets) {
  Event from;
  from.mutable_http()->set_url("http://a");
  Event to;
  to.mutable_worker()->set_queue("q");
  EXPECT_THAT(DiffFields(from, to), ElementsAre(FieldChange{"http.url", "\"http://a\"", ""},
                                                FieldChange{"worker.queue", "", "\"q\""}));
}

}  // namespace
}  // namespace jobctl
