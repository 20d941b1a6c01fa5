#include "server/handlers/test_outcome.h"

#include "scheduler/core/failure.h"
#include "server/converters/run_converter.h"
#include "server/converters/text.h"
#include "server/converters/time.h"

namespace server {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace v1 = ductape::jobs::v1;

v1::Run::State StateOf(const dispatch::AttemptResult& attempt) {
  if (attempt.completed) return v1::Run::COMPLETED;
  return attempt.cancelled ? v1::Run::CANCELLED : v1::Run::FAILED;
}

bool FillError(const dispatch::AttemptResult& attempt, v1::Run::Error* error) {
  if (attempt.error != nullptr) {
    ErrorToProto(*attempt.error, error);
    return true;
  }
  if (!attempt.released) return false;
  error->set_code(std::string(core::failure::kUnavailable));
  error->set_message("the target took nothing of it");
  return true;
}

std::string OutputOf(const dispatch::AttemptResult& attempt) {
  return attempt.output == nullptr ? std::string() : ToValidUtf8(attempt.output->output);
}

void FillTimes(const dispatch::EventTester::Result& result, google::protobuf::Timestamp* start,
               google::protobuf::Timestamp* end) {
  SetTimestamp(result.start_time, start);
  SetTimestamp(result.end_time, end);
}

}  // namespace server
