#include "client/jobctl/print/views.h"

#include <sstream>
#include <string>

#include "client/jobctl/parse/message_file.h"
#include "client/jobctl/print/printer.h"
#include "client/jobctl/print/view_parts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using ductape::jobs::v1::Calendar;
using ductape::jobs::v1::Event;
using ductape::jobs::v1::GetServerInfoResponse;
using ductape::jobs::v1::Job;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'714'557'600);  // 2024-05-01T10:00:00Z

template <class Message>
Message Of(const std::string& json) {
  Message message;
  const absl::Status status = FromJson(json, &message);
  EXPECT_TRUE(status.ok()) << status;
  return message;
}

template <class Resource>
std::string Page(const Resource& resource) {
  std::ostringstream out;
  PrintOne(Printer{Format::kTable, false, kNow, out}, resource);
  return out.str();
}

template <class Resource>
std::string Line(const Resource& resource) {
  std::string line;
  for (const Cell& cell : RowOf(resource, kNow)) line += cell.text + "|";
  EXPECT_EQ(RowOf(resource, kNow).size(), HeaderOf<Resource>().size());
  return line;
}

TEST(JobViewTest, ARowTellsHowAJobStands) {
  const Job job = Of<Job>(R"({"tag":"j","state":"ACTIVE","event_type":"ACTION","event_tag":"e",
      "executions":5,"intervals":1000,"execution_count":3,"next_run_time":"2024-05-01T10:00:03Z",
      "last_run":{"state":"FAILED","end_time":"2024-05-01T09:58:00Z"}})");
  EXPECT_EQ(Line(job), "j|ACTIVE|ACTION/e|every 1s|3 of 5|in 3s|FAILED 2m ago|");
}

TEST(JobViewTest, ARowOfAJobThatHasNotRun) {
  const Job job = Of<Job>(R"({"tag":"j","state":"PAUSED","event_type":"ACTION","event_tag":"e",
      "executions":0,"times":{"at":["2024-05-01T10:00:03Z"]},"overdue":true})");
  EXPECT_EQ(Line(job), "j|PAUSED|ACTION/e|1 given time|0|overdue||");
}

TEST(JobViewTest, APageTellsEverything) {
  const Job job = Of<Job>(R"({"tag":"j","name":"J","product":"p","state":"PAUSED",
      "state_reason":"PAUSED_BY_REQUEST","pause_note":"a note","event_type":"ACTION",
      "event_tag":"e","executions":5,"intervals":90000,"interval_mode":"FIXED_DELAY",
      "exclude_calendars":["holidays","nights"],"env":"prd","labels":{"b":"2","a":"1"},"input":{"k":1},
      "overlap_policy":{"mode":"ALLOW","limit":3},
      "catchup_policy":{"mode":"ALL","window":"60s","limit":7},
      "retry_policy":{"max_retries":3,"initial_backoff":"1s","multiplier":2,"max_backoff":"60s",
        "max_elapsed":"3600s","retryable_codes":["A"],"non_retryable_codes":["B"]},
      "attempt_timeout":"30s","history_limit":7,"stats":{"completed":2,"failed":1},
      "start_time":"2024-05-01T09:00:00Z","end_time":"2024-05-02T09:00:00Z",
      "create_time":"2024-05-01T09:00:00Z","active_run_ids":["u-1","u-2"],
      "conditions":[{"type":"EVENT_MISSING","message":"gone","since":"2024-05-01T09:59:00Z"}]})");
  const std::string page = Page(job);
  for (const char* text :
       {"State            PAUSED (PAUSED_BY_REQUEST): a note\n", "every 1m30s after the run before",
        "Not in           holidays, nights\n", "a=1, b=2", "{\"k\":1}", "ALLOW, at most 3",
        "ALL, of the last 1m, at most 7",
        "up to 3, first after 1s, then x2, at most 1m, within 1h, also on A, not on B",
        "last 7 runs", "2 completed, 1 failed", "u-1, u-2", "EVENT_MISSING: gone, since 1m ago",
        "2024-05-01T09:00:00Z (1h ago)"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
  EXPECT_THAT(page, Not(HasSubstr("Next run")));
}

TEST(RunViewTest, ARowTellsHowARunWent) {
  const v1::Run run = Of<v1::Run>(R"({"run_id":"u-1","state":"COMPLETED","trigger":"SCHEDULE",
      "scheduled_time":"2024-05-01T09:59:50Z","due_time":"2024-05-01T09:59:50Z",
      "start_time":"2024-05-01T09:59:50.002Z","end_time":"2024-05-01T09:59:51Z",
      "attempt_count":1,"count":1})");
  EXPECT_EQ(Line(run), "u-1|COMPLETED|SCHEDULE|10s ago|2ms|998ms|1||");
}

TEST(RunViewTest, ARowTellsWhy) {
  EXPECT_THAT(Line(Of<v1::Run>(R"({"run_id":"u-2","state":"RETRY_SCHEDULED","attempt_count":2,
      "error":{"code":"UNAVAILABLE","message":"down","status":503},
      "next_attempt_time":"2024-05-01T10:00:05Z"})")),
              HasSubstr("UNAVAILABLE: down (status 503), next attempt in 5s|"));
  EXPECT_THAT(
      Line(Of<v1::Run>(R"({"run_id":"u-3","state":"SKIPPED","reason":"OVERLAP","count":12})")),
      HasSubstr("OVERLAP, 12 occurrences|"));
}

TEST(RunViewTest, APageListsAttempts) {
  const std::string page = Page(Of<v1::Run>(R"({"run_id":"u-1","job_tag":"j","job_uid":"u",
      "state":"FAILED","attempt_count":2,"output":"text","output_truncated":true,
      "error":{"code":"VALIDATION"},
      "attempts":[{"attempt":1,"start_time":"2024-05-01T09:59:00Z",
                   "end_time":"2024-05-01T09:59:01Z","worker":"w1","error":{"code":"TIMEOUT"}},
                  {"attempt":2,"start_time":"2024-05-01T09:59:30Z"}]})"));
  EXPECT_THAT(page, AllOf(HasSubstr("2024-05-01T09:59:00Z (1m ago), took 1s, by w1, TIMEOUT\n"),
                          HasSubstr("2024-05-01T09:59:30Z (30s ago), under way\n"),
                          HasSubstr("Output (part)"), HasSubstr("j (u)")));
}

TEST(EventViewTest, ARowNamesTheTarget) {
  EXPECT_THAT(Line(Of<Event>(R"({"event_type":"ACTION","tag":"e","http":{"url":"http://x/"}})")),
              HasSubstr("ACTION/e||POST http://x/|0|"));
  EXPECT_THAT(Line(Of<Event>(R"({"event_type":"ACTION","tag":"e",
                                 "http":{"method":"DELETE_METHOD","url":"http://x/"}})")),
              HasSubstr("|DELETE http://x/|"));
  EXPECT_THAT(Line(Of<Event>(R"({"event_type":"FUNCTION","tag":"e",
                                 "grpc":{"address":"h:1","method":"a.B/C"}})")),
              HasSubstr("|grpc h:1 a.B/C|"));
  EXPECT_THAT(Line(Of<Event>(R"({"event_type":"FUNCTION","tag":"e","worker":{}})")),
              HasSubstr("|worker FUNCTION/e|"));
  EXPECT_THAT(Line(Of<Event>(R"({"event_type":"FUNCTION","tag":"e","worker":{"queue":"q"}})")),
              HasSubstr("|worker q|"));
}

TEST(EventViewTest, APageShowsTheTargetsParts) {
  EXPECT_THAT(Page(Of<Event>(R"({"event_type":"ACTION","tag":"e","http":{"url":"http://x/",
                     "headers":{"A":"b"},"body":"text","success_codes":["204"]},
                     "attempt_timeout":"5s","limits":{"max_in_flight":7,"max_per_second":0.5}})")),
              AllOf(HasSubstr("A=b"), HasSubstr("text"), HasSubstr("204"), HasSubstr("5s"),
                    HasSubstr("7 in flight, 0.5 a second")));
  EXPECT_THAT(Page(Of<Event>(R"({"event_type":"ACTION","tag":"e","grpc":{"address":"h:1",
                     "message":{"k":"v"},"metadata":{"m":"1"}}})")),
              AllOf(HasSubstr("{\"k\":\"v\"}"), HasSubstr("m=1")));
}

TEST(CalendarViewTest, ARowSaysWhatItCovers) {
  EXPECT_EQ(Line(Of<Calendar>(R"({"tag":"c","name":"C","time_zone":"Europe/Berlin",
                "dates":["2026-12-25"],"date_ranges":[{},{}],"yearly_dates":["12-25"],
                "weekly_hours":[{"weekdays":["SATURDAY"],"start":"12:00"}],"icalendar":"x",
                "job_count":2,"update_time":"2024-05-01T09:00:00Z"})")),
            "c|C|Europe/Berlin|1 date, 2 ranges, 1 yearly date, SAT 12:00-24:00, iCalendar|2|"
            "1h ago|");
  EXPECT_EQ(Line(Of<Calendar>(R"({"tag":"c","update_time":"2024-05-01T09:00:00Z"})")),
            "c||||0|1h ago|");
}

TEST(CalendarViewTest, APageShowsThemAndOfLongListsTheFirst) {
  EXPECT_THAT(Page(Of<Calendar>(R"({"tag":"c","dates":["2026-12-25","2026-12-26"],
                   "date_ranges":[{"first_date":"2026-12-24","last_date":"2027-01-01"}],
                   "weekly_hours":[{"weekdays":["SATURDAY","SUNDAY"]},{"weekdays":["FRIDAY"]}],
                   "icalendar":"text","labels":{"a":"b"}})")),
              AllOf(HasSubstr("that of each job"), HasSubstr("2026-12-25, 2026-12-26\n"),
                    HasSubstr("2026-12-24..2027-01-01\n"), HasSubstr("Every week  SAT,SUN\n"),
                    HasSubstr("Every week  FRI\n"), HasSubstr("4 bytes"), HasSubstr("a=b"),
                    Not(HasSubstr("Every year"))));
  Calendar many;
  for (int i = 0; i < 23; ++i) many.add_dates("2026-12-25");
  EXPECT_THAT(Page(many), HasSubstr("2026-12-25 and 3 more\n"));
}

TEST(ServerViewTest, APageTellsWhatTheServerIs) {
  EXPECT_THAT(Page(Of<GetServerInfoResponse>(R"({"version":"1.2.3","server_id":"s",
                     "start_time":"2024-05-01T09:00:00Z","store":"rocksdb","job_count":7})")),
              AllOf(HasSubstr("1.2.3"), HasSubstr("rocksdb"), HasSubstr("(1h ago)")));
}

TEST(ShortenedTest, CutsAtColumnsAndKeepsCharactersWhole) {
  EXPECT_EQ(Shortened("short", 10), "short");
  EXPECT_EQ(Shortened("exactly", 7), "exactly");
  EXPECT_EQ(Shortened("one too many", 11), "one too ma…");
  EXPECT_EQ(Shortened("日本語", 5), "日本…");
  EXPECT_EQ(Shortened("a\nb", 10),
            "a\xEF\xBF\xBD"
            "b");
}

}  // namespace
}  // namespace jobctl
