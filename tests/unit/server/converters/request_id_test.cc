#include "server/converters/request_id.h"

#include <string>

#include "ductape/jobs/v1/job.pb.h"
#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace v1 = ductape::jobs::v1;

v1::CreateJobRequest Request(const std::string& id, const std::string& tag) {
  v1::CreateJobRequest request;
  request.set_request_id(id);
  request.mutable_job()->set_tag(tag);
  return request;
}

TEST(RequestIdTest, HashesTheRequestWithoutItsId) {
  const auto a = ToRequestId(Request("id-1", "t")).value();
  const auto b = ToRequestId(Request("id-2", "t")).value();
  const auto c = ToRequestId(Request("id-1", "u")).value();
  EXPECT_EQ(a.id, "id-1");
  EXPECT_EQ(a.body_hash, b.body_hash);
  EXPECT_NE(a.body_hash, c.body_hash);
}

TEST(RequestIdTest, TellsMessagesOfDifferentTypesApart) {
  v1::PauseJobRequest pause;
  pause.set_tag("t");
  v1::ResumeJobRequest resume;
  resume.set_tag("t");
  EXPECT_NE(HashOfRequest(pause), HashOfRequest(resume));
}

TEST(RequestIdTest, DoesNotDependOnTheOrderOfMaps) {
  v1::CreateJobRequest forward;
  v1::CreateJobRequest backward;
  for (int i = 0; i < 50; ++i) {
    (*forward.mutable_job()->mutable_labels())[std::to_string(i)] = "v";
    (*backward.mutable_job()->mutable_labels())[std::to_string(49 - i)] = "v";
  }
  EXPECT_EQ(HashOfRequest(forward), HashOfRequest(backward));
}

// It is stored: another value would make replays over an upgrade look like reuses.
TEST(RequestIdTest, IsTheSameForEver) {
  EXPECT_EQ(HashOfRequest(Request("", "example_job")), 1827458794974810871u);
}

TEST(RequestIdTest, IsOptionalAndBounded) {
  EXPECT_EQ(ToRequestId(Request("", "t")).value().id, "");
  EXPECT_EQ(ToRequestId(Request("", "t")).value().body_hash, 0u);
  EXPECT_EQ(Fault(ToRequestId(Request(std::string(128, 'x'), "t"))), "OK");
  EXPECT_EQ(Fault(ToRequestId(Request(std::string(129, 'x'), "t"))), "FIELD_TOO_LARGE request_id");
  EXPECT_EQ(Fault(ToRequestId(Request("a\nb", "t"))), "FIELD_INVALID request_id");
}

}  // namespace
}  // namespace server
