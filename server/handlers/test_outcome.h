#ifndef SERVER_HANDLERS_TEST_OUTCOME_H_
#define SERVER_HANDLERS_TEST_OUTCOME_H_

#include <algorithm>
#include <string>
#include <utility>

#include "ductape/jobs/v1/run.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "scheduler/base/millis.h"
#include "scheduler/dispatch/event_tester.h"

// What TestEvent and TestConnection have in common: the time that an attempt may take, and what came of it.
namespace server {

// What the attempt of a test may take: `most`, or what is left of its call but for the answer's share.
template <typename Call>
scheduler::base::Millis AttemptTimeIn(const Call& call, scheduler::base::Millis most) {
  constexpr scheduler::base::Millis kAnswering = 100;
  return std::min(most, std::max<scheduler::base::Millis>(call.TimeLeft() - kAnswering, 1));
}

ductape::jobs::v1::Run::State StateOf(const scheduler::dispatch::AttemptResult& attempt);

// Why it did not complete; false if it did.
bool FillError(const scheduler::dispatch::AttemptResult& attempt,
               ductape::jobs::v1::Run::Error* error);

// As UTF-8; empty if there is none.
std::string OutputOf(const scheduler::dispatch::AttemptResult& attempt);

void FillTimes(const scheduler::dispatch::EventTester::Result& result,
               google::protobuf::Timestamp* start, google::protobuf::Timestamp* end);

// Fills in state, error, output and times of a response of either method.
template <typename Response>
void FillOutcome(const scheduler::dispatch::EventTester::Result& result, Response* out) {
  out->set_state(StateOf(result.attempt));
  if (ductape::jobs::v1::Run::Error error; FillError(result.attempt, &error)) {
    *out->mutable_error() = std::move(error);
  }
  out->set_output(OutputOf(result.attempt));
  FillTimes(result, out->mutable_start_time(), out->mutable_end_time());
}

}  // namespace server

#endif  // SERVER_HANDLERS_TEST_OUTCOME_H_
