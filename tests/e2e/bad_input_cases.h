#ifndef TESTS_E2E_BAD_INPUT_CASES_H_
#define TESTS_E2E_BAD_INPUT_CASES_H_

#include <string>
#include <vector>

namespace tests::e2e {

// One call that must be refused, or taken, as told.
struct BadInputCase {
  const char* name;
  const char* method;  // "JobService/CreateJob"
  // The request in protobuf's text format. Before it is parsed, @JOB@, @EVENT@, @CALENDAR@ and
  // @CONNECTION@ stand for a valid job, event, calendar and connection but for its tag, @TOKEN(secret)@ for
  // the connection's HTTP settings with that token, and @REPEAT(text,n)@ for n times the text.
  const char* request;
  // "OK", or the code, the reason and the field: "INVALID_ARGUMENT FIELD_REQUIRED job.tag". The code
  // alone where gRPC itself refuses.
  const char* expected;
};

// The list "what an expert will try", as far as single calls go. The product `bad_input` has the
// event ACTION `present`, which names the connection `present`, the calendar `present` and the job
// `present`, which excludes it. The server has no key for secrets.
const std::vector<BadInputCase>& BadInputCases();

// `request` with its abbreviations written out.
std::string Expand(const std::string& request);

}  // namespace tests::e2e

#endif  // TESTS_E2E_BAD_INPUT_CASES_H_
