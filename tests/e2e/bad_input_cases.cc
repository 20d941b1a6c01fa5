#include "tests/e2e/bad_input_cases.h"

#include <cstdlib>

namespace tests::e2e {
namespace {

constexpr char kJob[] =
    R"(product: "bad_input" name: "n" event_type: ACTION event_tag: "present" executions: 0 )"
    R"(intervals: 3600000 start_time { seconds: 4102444800 })";
constexpr char kEvent[] = R"(product: "bad_input" event_type: ACTION)";

void ReplaceAll(const std::string& from, const std::string& to, std::string* text) {
  for (size_t at = text->find(from); at != std::string::npos; at = text->find(from, at)) {
    text->replace(at, from.size(), to);
    at += to.size();
  }
}

// Writes out @REPEAT(text,n)@.
void ExpandRepeats(std::string* text) {
  const std::string head = "@REPEAT(";
  for (size_t at = text->find(head); at != std::string::npos; at = text->find(head)) {
    const size_t end = text->find(")@", at);
    const size_t comma = text->rfind(',', end);
    const std::string part = text->substr(at + head.size(), comma - at - head.size());
    const int count = std::atoi(text->c_str() + comma + 1);
    std::string repeated;
    repeated.reserve(part.size() * count);
    for (int i = 0; i < count; ++i) repeated += part;
    text->replace(at, end + 2 - at, repeated);
  }
}

constexpr BadInputCase kCases[] = {
    // ---- schedules -----------------------------------------------------------------------------
    {"interval 0", "JobService/CreateJob", R"(job { @JOB@ tag: "t" intervals: 0 })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.intervals"},
    {"interval -1", "JobService/CreateJob", R"(job { @JOB@ tag: "t" intervals: -1 })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.intervals"},
    {"interval 2^63-1", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" intervals: 9223372036854775807 })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.intervals"},
    {"interval -2^63", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" intervals: -9223372036854775808 })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.intervals"},
    {"interval above ten years", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" intervals: 316224000001 })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.intervals"},
    {"interval 1", "JobService/CreateJob",
     R"(job { @JOB@ tag: "interval_1" intervals: 1 } validate_only: true)", "OK"},
    {"no timing", "JobService/CreateJob",
     R"(job { tag: "t" name: "n" event_type: ACTION event_tag: "present" executions: 1 product: "bad_input" })",
     "INVALID_ARGUMENT FIELD_REQUIRED job.intervals"},
    {"no times", "JobService/CreateJob", R"(job { @JOB@ tag: "t" times { } })",
     "INVALID_ARGUMENT FIELD_REQUIRED job.times.at"},
    {"1001 times", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" times { @REPEAT(at { seconds: 4102444800 } ,1001)@ } })",
     "INVALID_ARGUMENT FIELD_TOO_LARGE job.times.at"},
    {"only times that are past", "JobService/CreateJob",
     R"(job { product: "bad_input" tag: "t" name: "n" event_type: ACTION event_tag: "present" )"
     R"(executions: 0 times { at { seconds: 1 } at { seconds: 2 } } })",
     "INVALID_ARGUMENT SCHEDULE_NEVER_FIRES job.times"},
    {"end in the past", "JobService/CreateJob",
     R"(job { product: "bad_input" tag: "t" name: "n" event_type: ACTION event_tag: "present" )"
     R"(executions: 0 intervals: 1000 end_time { seconds: 5 } })",
     "INVALID_ARGUMENT SCHEDULE_NEVER_FIRES job.end_time"},
    {"nanos -1", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" start_time { seconds: 5 nanos: -1 } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.start_time"},
    {"nanos 1e9", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" start_time { seconds: 5 nanos: 1000000000 } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.start_time"},
    {"year 0001", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" end_time { seconds: -62135596800 } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.end_time"},
    {"year 9999", "JobService/CreateJob",
     R"(job { @JOB@ tag: "year_9999" end_time { seconds: 253402300799 nanos: 999000000 } } )"
     R"(validate_only: true)",
     "OK"},
    {"year 10000", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" end_time { seconds: 253402300800 } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.end_time"},
    {"a time of 2^63-1 seconds", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" times { at { seconds: 9223372036854775807 } } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.times.at[0]"},
    {"end before start", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" end_time { seconds: 4102444799 } })",
     "INVALID_ARGUMENT FIELD_INVALID job.end_time"},
    {"end at start", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" end_time { seconds: 4102444800 } })",
     "INVALID_ARGUMENT FIELD_INVALID job.end_time"},
    {"a mode for given times", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" times { at { seconds: 4102444800 } } interval_mode: FIXED_DELAY })",
     "INVALID_ARGUMENT FIELD_INVALID job.interval_mode"},
    // ---- counts --------------------------------------------------------------------------------
    {"executions -1", "JobService/CreateJob", R"(job { @JOB@ tag: "t" executions: -1 })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.executions"},
    {"executions 2^31", "JobService/CreateJob",
     R"(job { @JOB@ tag: "executions_2_31" executions: 2147483648 } validate_only: true)", "OK"},
    {"executions 2^63-1", "JobService/CreateJob",
     R"(job { @JOB@ tag: "executions_2_63" executions: 9223372036854775807 } validate_only: true)",
     "OK"},
    {"no executions", "JobService/CreateJob",
     R"(job { tag: "t" name: "n" event_type: ACTION event_tag: "present" intervals: 1 })",
     "INVALID_ARGUMENT FIELD_REQUIRED job.executions"},
    {"history_limit -1", "JobService/CreateJob", R"(job { @JOB@ tag: "t" history_limit: -1 })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.history_limit"},
    {"max_retries 2^31-1", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" retry_policy { max_retries: 2147483647 } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.retry_policy.max_retries"},
    {"multiplier NaN", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" retry_policy { multiplier: nan } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.retry_policy.multiplier"},
    {"overlap limit -1", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" overlap_policy { mode: ALLOW limit: -1 } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.overlap_policy.limit"},
    {"attempt_timeout 0", "JobService/CreateJob", R"(job { @JOB@ tag: "t" attempt_timeout { } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.attempt_timeout"},
    {"attempt_timeout of mixed signs", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" attempt_timeout { seconds: 1 nanos: -1 } })",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.attempt_timeout"},
    {"page_size -1", "JobService/ListJobs", R"(product: "bad_input" page_size: -1)",
     "INVALID_ARGUMENT FIELD_OUT_OF_RANGE page_size"},
    {"page_size 2^31-1", "JobService/ListJobs", R"(product: "bad_input" page_size: 2147483647)",
     "OK"},
    // ---- identity ------------------------------------------------------------------------------
    {"empty tag", "JobService/CreateJob", R"(job { @JOB@ })",
     "INVALID_ARGUMENT FIELD_REQUIRED job.tag"},
    {"tag of 900 kB", "JobService/CreateJob", R"(job { @JOB@ tag: "@REPEAT(x,900000)@" })",
     "INVALID_ARGUMENT FIELD_TOO_LARGE job.tag"},
    {"request of 2 MB", "JobService/CreateJob", R"(job { @JOB@ tag: "@REPEAT(x,2000000)@" })",
     "RESOURCE_EXHAUSTED"},
    {"tag with NUL", "JobService/CreateJob", R"(job { @JOB@ tag: "a\000b" })",
     "INVALID_ARGUMENT FIELD_INVALID job.tag"},
    {"tag of invalid UTF-8", "JobService/CreateJob", R"(job { @JOB@ tag: "a\377" })",
     "INVALID_ARGUMENT FIELD_INVALID job.tag"},
    {"label of invalid UTF-8", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" labels { key: "k" value: "\303(" } })",
     "INVALID_ARGUMENT FIELD_INVALID job.labels"},
    {"tag with /", "JobService/CreateJob", R"(job { @JOB@ tag: "a/b" })",
     "INVALID_ARGUMENT FIELD_INVALID job.tag"},
    {"tag with %2F", "JobService/GetJob", R"(product: "bad_input" tag: "a%2Fb")",
     "INVALID_ARGUMENT FIELD_INVALID tag"},
    {"tag that is a path", "JobService/GetJob", R"(product: "bad_input" tag: "../../etc/passwd")",
     "INVALID_ARGUMENT FIELD_INVALID tag"},
    {"tag written from right to left", "JobService/CreateJob",
     R"(job { @JOB@ tag: "\342\200\256tag" })", "INVALID_ARGUMENT FIELD_INVALID job.tag"},
    {"case twin", "JobService/GetJob", R"(product: "bad_input" tag: "PRESENT")",
     "NOT_FOUND JOB_NOT_FOUND"},
    {"product that is another's prefix", "JobService/GetJob", R"(product: "bad" tag: "present")",
     "NOT_FOUND JOB_NOT_FOUND"},
    {"product with /", "JobService/ListJobs", R"(product: "bad_input/present")",
     "INVALID_ARGUMENT FIELD_INVALID product"},
    {"product with NUL", "JobService/ListJobs", R"(product: "bad_input\000")",
     "INVALID_ARGUMENT FIELD_INVALID product"},
    {"name with a control character", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" name: "a\033[2J" })", "INVALID_ARGUMENT FIELD_INVALID job.name"},
    {"name of 257 characters", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" name: "@REPEAT(\303\251,257)@" })",
     "INVALID_ARGUMENT FIELD_TOO_LARGE job.name"},
    {"name of 256 characters from right to left", "JobService/CreateJob",
     R"(job { @JOB@ tag: "rtl" name: "@REPEAT(\327\251,256)@" } validate_only: true)", "OK"},
    {"request_id of 129 characters", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" } request_id: "@REPEAT(x,129)@")",
     "INVALID_ARGUMENT FIELD_TOO_LARGE request_id"},
    {"65 labels", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "present" labels { key: "/" value: "" } })",
     "INVALID_ARGUMENT FIELD_INVALID job.labels"},
    {"run id that is none", "RunService/GetRun", R"(product: "bad_input" run_id: "../../1")",
     "INVALID_ARGUMENT FIELD_INVALID run_id"},
    {"run id with number 0", "RunService/GetRun",
     R"(product: "bad_input" run_id: "0000000000208-0")", "INVALID_ARGUMENT FIELD_INVALID run_id"},
    {"run id beyond 2^63", "RunService/CancelRun",
     R"(product: "bad_input" run_id: "0000000000208-9223372036854775808")",
     "INVALID_ARGUMENT FIELD_INVALID run_id"},
    {"run that never was", "RunService/GetRun",
     R"(product: "bad_input" run_id: "fzzzzzzzzzzzz-9223372036854775807")",
     "NOT_FOUND RUN_NOT_FOUND"},
    {"tag and uid", "RunService/ListRuns",
     R"(product: "bad_input" tag: "present" job_uid: "0000000000208")",
     "INVALID_ARGUMENT FIELD_INVALID job_uid"},
    {"uid that is none", "RunService/ListRuns", R"(product: "bad_input" job_uid: "ilou")",
     "INVALID_ARGUMENT FIELD_INVALID job_uid"},
    {"page token that was forged", "JobService/ListJobs",
     R"(product: "bad_input" page_token: "dQAAAAAAAAAAAAAAAAAAAAAAAAAA")",
     "INVALID_ARGUMENT PAGE_TOKEN_INVALID page_token"},
    {"page token of 900 kB", "EventService/ListEvents",
     R"(product: "bad_input" page_token: "@REPEAT(A,900000)@")",
     "INVALID_ARGUMENT PAGE_TOKEN_INVALID page_token"},
    {"old etag", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "present" name: "other" etag: "0-0-0" })",
     "ABORTED ETAG_MISMATCH"},
    {"old etag on delete", "JobService/DeleteJob",
     R"(product: "bad_input" tag: "present" etag: "0-0-0")", "ABORTED ETAG_MISMATCH"},
    {"old etag on pause", "JobService/PauseJob",
     R"(product: "bad_input" tag: "present" etag: "@REPEAT(\303\251,1000)@")",
     "ABORTED ETAG_MISMATCH"},
    {"note of 1025 characters", "JobService/PauseJob",
     R"(product: "bad_input" tag: "present" note: "@REPEAT(n,1025)@")",
     "INVALID_ARGUMENT FIELD_TOO_LARGE note"},
    {"event that does not exist", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" event_tag: "absent" })", "FAILED_PRECONDITION EVENT_NOT_FOUND"},
    {"event of another type", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" event_type: FUNCTION })", "FAILED_PRECONDITION EVENT_NOT_FOUND"},
    {"event of another product", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" product: "other" })", "FAILED_PRECONDITION EVENT_NOT_FOUND"},
    {"event in use", "EventService/DeleteEvent",
     R"(product: "bad_input" event_type: ACTION tag: "present")",
     "FAILED_PRECONDITION EVENT_IN_USE"},
    {"job that exists", "JobService/CreateJob", R"(job { @JOB@ tag: "present" })",
     "ALREADY_EXISTS JOB_ALREADY_EXISTS"},
    // ---- messages ------------------------------------------------------------------------------
    {"nothing at all", "JobService/CreateJob", "", "INVALID_ARGUMENT FIELD_REQUIRED job"},
    {"nothing to update", "JobService/UpdateJob", "", "INVALID_ARGUMENT FIELD_REQUIRED job"},
    {"unset target", "EventService/CreateEvent", R"(event { @EVENT@ tag: "t" })",
     "INVALID_ARGUMENT FIELD_REQUIRED event.http"},
    {"unknown event type", "JobService/CreateJob", R"(job { @JOB@ tag: "t" event_type: 99 })",
     "INVALID_ARGUMENT FIELD_INVALID job.event_type"},
    {"negative event type", "EventService/GetEvent",
     R"(product: "bad_input" event_type: -1 tag: "present")",
     "INVALID_ARGUMENT FIELD_INVALID event_type"},
    {"unknown overlap mode", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" overlap_policy { mode: 4 } })",
     "INVALID_ARGUMENT FIELD_INVALID job.overlap_policy.mode"},
    {"unknown view", "JobService/ListJobs", R"(product: "bad_input" view: 3)",
     "INVALID_ARGUMENT FIELD_INVALID view"},
    {"input with NaN", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" input { fields { key: "a" value { list_value { values { )"
     R"(number_value: nan } } } } } })",
     "INVALID_ARGUMENT FIELD_INVALID job.input.a[0]"},
    {"input with infinity", "JobService/RunJob",
     R"(product: "bad_input" tag: "present" input { fields { key: "a" value { number_value: -inf } } })",
     "INVALID_ARGUMENT FIELD_INVALID input.a"},
    {"input with an unset value", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" input { fields { key: "a" value { } } } })",
     "INVALID_ARGUMENT FIELD_INVALID job.input.a"},
    {"input of 65 kB", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" input { fields { key: "a" value { string_value: "@REPEAT(x,65530)@" } } } })",
     "INVALID_ARGUMENT FIELD_TOO_LARGE job.input"},
    {"input nested 100 deep", "JobService/CreateJob",
     R"(job { @JOB@ tag: "t" input { @REPEAT(fields { key: "a" value { struct_value { ,100)@ )"
     R"(@REPEAT(} } } ,100)@ } })",
     "INVALID_ARGUMENT FIELD_INVALID job.input"},
    {"half a million empties", "JobService/BatchCreateJobs", R"(@REPEAT(requests { } ,400000)@)",
     "INVALID_ARGUMENT FIELD_TOO_LARGE requests"},
    {"empty batch", "JobService/BatchCreateJobs", R"(product: "bad_input")",
     "INVALID_ARGUMENT FIELD_REQUIRED requests"},
    {"mask with an unknown field", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "present" } update_mask { paths: "nonsense" })",
     "INVALID_ARGUMENT FIELD_UNKNOWN update_mask"},
    {"mask with a path into a field", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "present" } update_mask { paths: "labels.team" })",
     "INVALID_ARGUMENT FIELD_UNKNOWN update_mask"},
    {"mask with the tag", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "present" } update_mask { paths: "tag" })",
     "INVALID_ARGUMENT FIELD_NOT_UPDATABLE update_mask"},
    {"mask with an output-only field", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "present" uid: "x" state: PAUSED } update_mask { paths: "uid" paths: "state" })",
     "OK"},
    {"mask that clears what is required", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "present" } update_mask { paths: "executions" })",
     "INVALID_ARGUMENT FIELD_REQUIRED job.executions"},
    {"update that would need a whole job", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "absent" name: "n" } allow_missing: true)",
     "INVALID_ARGUMENT FIELD_REQUIRED job.event_type"},
    {"update of what is not there", "JobService/UpdateJob",
     R"(job { product: "bad_input" tag: "absent" name: "n" })", "NOT_FOUND JOB_NOT_FOUND"},
    // ---- targets -------------------------------------------------------------------------------
    {"template in a URL", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/{{id}}" } })",
     "INVALID_ARGUMENT TEMPLATE_NOT_SUPPORTED event.http.url"},
    {"template in a body", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/" body: "{{ a }}" } })",
     "INVALID_ARGUMENT TEMPLATE_NOT_SUPPORTED event.http.body"},
    {"template in a queue", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" worker { queue: "{{q}}" } })",
     "INVALID_ARGUMENT TEMPLATE_NOT_SUPPORTED event.worker.queue"},
    {"URL with a control character", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/\r\nHost: x" } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.url"},
    {"URL with credentials", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://user:secret@h/" } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.url"},
    {"URL of a file", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "file:///etc/passwd" } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.url"},
    {"URL of 3 kB", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/@REPEAT(a,3000)@" } })",
     "INVALID_ARGUMENT FIELD_TOO_LARGE event.http.url"},
    {"header with CR and LF", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/" headers { key: "X" value: "a\r\nY: b" } } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.headers[X]"},
    {"header name with a space", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/" headers { key: "X Y" value: "a" } } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.headers"},
    {"the service's own header", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/" headers { key: "idempotency-KEY" value: "a" } } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.headers[idempotency-KEY]"},
    {"success code 999", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { url: "http://h/" success_codes: "999" } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.success_codes[0]"},
    {"body of a GET", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" http { method: GET url: "http://h/" body: "b" } })",
     "INVALID_ARGUMENT FIELD_INVALID event.http.body"},
    {"gRPC method that is none", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" grpc { address: "h:1" method: "/a.B/C" } })",
     "INVALID_ARGUMENT FIELD_INVALID event.grpc.method"},
    {"gRPC address without port", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" grpc { address: "h" method: "a.B/C" } })",
     "INVALID_ARGUMENT FIELD_INVALID event.grpc.address"},
    {"metadata of gRPC's own", "EventService/CreateEvent",
     R"(event { @EVENT@ tag: "t" grpc { address: "h:1" method: "a.B/C" metadata { key: "grpc-timeout" value: "1S" } } })",
     "INVALID_ARGUMENT FIELD_INVALID event.grpc.metadata"},
    // ---- methods that are not ------------------------------------------------------------------
    {"a method that is not built", "JobService/BackfillJob", "", "UNIMPLEMENTED"},
};

}  // namespace

const std::vector<BadInputCase>& BadInputCases() {
  static const auto* const cases =
      new std::vector<BadInputCase>(std::begin(kCases), std::end(kCases));
  return *cases;
}

std::string Expand(const std::string& request) {
  std::string text = request;
  // What follows in the text format replaces what stands in the abbreviation; a field that may not
  // stand twice is left out of it there.
  ReplaceAll("@JOB@", kJob, &text);
  ReplaceAll("@EVENT@", kEvent, &text);
  ExpandRepeats(&text);
  return text;
}

}  // namespace tests::e2e
