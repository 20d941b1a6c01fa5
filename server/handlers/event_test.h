#ifndef SERVER_HANDLERS_EVENT_TEST_H_
#define SERVER_HANDLERS_EVENT_TEST_H_

#include "ductape/jobs/v1/event.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// Answers EventService.TestEvent: finds the event and its connections, executes it, and answers what came of
// it. `env` outlives the call.
void StartEventTest(
    const HandlerEnv& env,
    UnaryCall<ductape::jobs::v1::TestEventRequest, ductape::jobs::v1::TestEventResponse> call);

}  // namespace server

#endif  // SERVER_HANDLERS_EVENT_TEST_H_
