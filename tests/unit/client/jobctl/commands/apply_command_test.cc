#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

using client_test::ServiceError;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDocuments[] =
    "kind: job\ntag: j\nname: J\nevent_type: ACTION\nevent_tag: e\nexecutions: 0\nintervals: "
    "60000\n"
    "exclude_calendars: [c]\n---\nkind: calendar\ntag: c\n---\nkind: event\nevent_type: ACTION\n"
    "tag: e\nhttp: {url: http://a}\n";

grpc::Status NotFound() {
  return ServiceError(grpc::StatusCode::NOT_FOUND, "SOME_NOT_FOUND", "none");
}

class ApplyCommandTest : public JobctlTest {
 protected:
  ApplyCommandTest() {
    server_.create_event.Answer([](const auto& request) { return request.event(); });
    server_.create_calendar.Answer([](const auto& request) { return request.calendar(); });
    server_.create_job.Answer([](const auto& request) { return request.job(); });
    server_.update_event.Answer([](const auto& request) { return request.event(); });
    server_.update_calendar.Answer([](const auto& request) { return request.calendar(); });
    server_.update_job.Answer([](const auto& request) { return request.job(); });
    v1::GetServerInfoResponse info;
    info.set_default_product("default");
    server_.get_server_info.Answer(info);
  }

  void NothingIsThere() {
    server_.get_event.FailWith(NotFound());
    server_.get_calendar.FailWith(NotFound());
    server_.get_job.FailWith(NotFound());
  }

  v1::Job Present(int64_t intervals) {
    v1::Job job;
    job.set_product("default");
    job.set_tag("j");
    job.set_intervals(intervals);
    job.set_etag("etag-1");
    return job;
  }
};

TEST_F(ApplyCommandTest, CreatesWhatIsMissingInTheOrderOfNeed) {
  NothingIsThere();
  EXPECT_EQ(Jobctl({"apply", "-f", "-"}, kDocuments), 0);
  EXPECT_THAT(out, ContainsRegex("created +event +ACTION/e +default.*\n"
                                 "created +calendar +c .*\ncreated +job +j "));
  EXPECT_EQ(err, "3 created\n");
  ASSERT_EQ(server_.create_job.calls(), 1U);
  EXPECT_EQ(server_.create_job.requests()[0].job().product(), "default");
  EXPECT_FALSE(server_.create_job.requests()[0].validate_only());
  EXPECT_EQ(server_.update_job.calls(), 0U);
}

TEST_F(ApplyCommandTest, LeavesWhatIsSoAndReplacesWhatDiffers) {
  server_.get_job.Answer(Present(60000));
  EXPECT_EQ(Jobctl({"apply", "-f", "-"}, "{kind: job, tag: j, intervals: 60000, etag: old}"), 0);
  EXPECT_THAT(out, ContainsRegex("unchanged +job +j"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-"}, "{kind: job, tag: j, intervals: 120000}"), 0);
  EXPECT_THAT(out, ContainsRegex("updated +job +j +default +intervals"));
  const v1::UpdateJobRequest update = server_.update_job.requests().back();
  EXPECT_EQ(update.update_mask().paths(0), "*");
  EXPECT_EQ(update.job().etag(), "etag-1");
  EXPECT_FALSE(update.validate_only());
}

TEST_F(ApplyCommandTest, AJobKeepsTheStartThatItGotUnlessADocumentHasOne) {
  v1::Job present = Present(60000);
  present.mutable_start_time()->set_seconds(1000);
  server_.get_job.Answer(present);
  EXPECT_EQ(Jobctl({"apply", "-f", "-"}, "{kind: job, tag: j, intervals: 60000}"), 0);
  EXPECT_THAT(out, ContainsRegex("unchanged +job +j"));
  EXPECT_EQ(server_.update_job.requests().back().job().start_time().seconds(), 1000);
  EXPECT_EQ(Jobctl({"apply", "-f", "-"},
                   "{kind: job, tag: j, intervals: 60000, start_time: '2999-01-01T00:00:00Z'}"),
            0);
  EXPECT_THAT(out, ContainsRegex("updated +job +j +default +start_time"));
}

TEST_F(ApplyCommandTest, ADryRunShowsTheFields) {
  server_.get_job.Answer(Present(60000));
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--dry-run"}, "{kind: job, tag: j, cron: '@daily'}"), 0);
  EXPECT_THAT(out, HasSubstr("  - intervals: \"60000\"\n  + cron: \"@daily\"\n"));
  EXPECT_EQ(err, "1 updated (dry run: nothing was changed)\n");
  EXPECT_TRUE(server_.update_job.requests().back().validate_only());
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--dry-run", "-o", "jsonl"},
                   "{kind: job, tag: j, cron: '@daily'}"),
            0);
  EXPECT_EQ(out, R"({"result":"updated","kind":"job","name":"j","product":"default","changes":)"
                 R"([{"field":"intervals","from":"60000"},{"field":"cron","to":"@daily"}]})"
                 "\n");
}

TEST_F(ApplyCommandTest, ADryRunKnowsWhatWouldBeCreatedBefore) {
  NothingIsThere();
  server_.create_job.FailWith(
      ServiceError(grpc::StatusCode::FAILED_PRECONDITION, "EVENT_NOT_FOUND", "no event"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--dry-run"}, kDocuments), 0);
  EXPECT_THAT(out, ContainsRegex("created +job +j"));
  EXPECT_TRUE(server_.create_event.requests().back().validate_only());
  // What no document holds is missing all the same.
  server_.get_job.FailWith(NotFound());
  server_.create_job.FailWith(
      ServiceError(grpc::StatusCode::FAILED_PRECONDITION, "EVENT_NOT_FOUND", "no event"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--dry-run"}, "{kind: job, tag: j, event_tag: x}"), 73);
}

TEST_F(ApplyCommandTest, AFailureStopsNothingElseAndIsTheExitCode) {
  NothingIsThere();
  server_.create_event.FailWith(ServiceError(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_INVALID",
                                             "event.http.url is no URL", "event.http.url"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "-l", "app=a", "--prune"}, kDocuments), 67);
  EXPECT_THAT(out, ContainsRegex("created +calendar +c .*\ncreated +job +j"));
  EXPECT_THAT(err, HasSubstr("cannot apply event ACTION/e (stdin, document 3): INVALID_ARGUMENT"));
  EXPECT_THAT(err, HasSubstr("  event.http.url is no URL\n"));
  EXPECT_THAT(err, Not(HasSubstr("flag:")));
  EXPECT_THAT(err, HasSubstr("nothing is pruned"));
  EXPECT_THAT(err, HasSubstr("2 created, 1 failed\n"));
  EXPECT_EQ(server_.list_jobs.calls(), 0U);
}

TEST_F(ApplyCommandTest, AnotherCallIsNotTriedWhereItWouldFailLikewise) {
  server_.get_event.FailWith(ServiceError(grpc::StatusCode::PERMISSION_DENIED, "DENIED", "no"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-"}, kDocuments), 71);
  EXPECT_THAT(err, HasSubstr("1 failed, 2 not tried\n"));
  EXPECT_EQ(server_.get_job.calls(), 0U);
}

TEST_F(ApplyCommandTest, LabelsAreSetAndPruned) {
  server_.get_job.Answer(Present(1));
  v1::ListJobsResponse jobs;
  for (const char* tag : {"j", "gone", "foreign"}) {
    v1::Job& job = *jobs.add_jobs();
    job.set_product("default");
    job.set_tag(tag);
    job.set_etag("e");
    if (tag != std::string("foreign")) (*job.mutable_labels())["app"] = "a";
  }
  server_.list_jobs.Answer(jobs);
  v1::ListEventsResponse events;
  v1::Event& event = *events.add_events();
  event.set_product("default");
  event.set_tag("e");
  event.set_event_type(v1::Event::ACTION);
  (*event.mutable_labels())["app"] = "a";
  server_.list_events.Answer(events);
  const std::string document = "{kind: job, tag: j, intervals: 1}";
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--label", "app=a", "--prune", "--dry-run"}, document), 0);
  EXPECT_THAT(out, ContainsRegex("deleted +job +gone.*\ndeleted +event +ACTION/e"));
  EXPECT_EQ(server_.delete_job.calls(), 0U);
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--label", "app=a", "--prune"}, document), 0);
  EXPECT_EQ(server_.update_job.requests().back().job().labels().at("app"), "a");
  ASSERT_EQ(server_.delete_job.calls(), 1U);
  EXPECT_EQ(server_.delete_job.requests()[0].tag(), "gone");
  EXPECT_EQ(server_.delete_job.requests()[0].etag(), "e");
  EXPECT_FALSE(server_.delete_event.requests()[0].force());
  EXPECT_THAT(err, HasSubstr("1 updated, 2 deleted\n"));
}

TEST_F(ApplyCommandTest, WrongUsageChangesNothing) {
  EXPECT_EQ(Jobctl({"apply"}), 2);
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--prune"}, kDocuments), 2);
  EXPECT_THAT(err, HasSubstr("--label"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "--label", "x"}, kDocuments), 2);
  EXPECT_EQ(Jobctl({"apply", "-f", "-"}, ""), 2);
  EXPECT_EQ(Jobctl({"apply", "-f", "-"}, "{kind: job, tag: j}\n---\n{kind: job, tagg: k}\n---\n{}"),
            2);
  EXPECT_THAT(err, HasSubstr("stdin, document 2: "));
  EXPECT_THAT(err, HasSubstr("stdin, document 3: kind: is missing"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-"},
                   "{kind: job, tag: j}\n---\n{kind: job, product: default, tag: j}"),
            2);
  EXPECT_THAT(err, HasSubstr("stdin, document 2: job j stands in stdin, document 1 too"));
  EXPECT_EQ(Jobctl({"apply", "-f", "-", "-l", "a=1"}, "{kind: job, tag: j, labels: {a: '2'}}"), 2);
  EXPECT_THAT(err, HasSubstr("labels.a"));
  EXPECT_EQ(server_.get_job.calls(), 0U);
}

}  // namespace
}  // namespace jobctl
