#ifndef SERVER_HANDLERS_CONNECTION_TEST_H_
#define SERVER_HANDLERS_CONNECTION_TEST_H_

#include "ductape/jobs/v1/connection.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// Answers ConnectionService.TestConnection: finds the connection, or takes the one that is given,
// executes what tests it, and answers what came of it. `env` outlives the call.
void StartConnectionTest(
    const HandlerEnv& env,
    UnaryCall<ductape::jobs::v1::TestConnectionRequest, ductape::jobs::v1::TestConnectionResponse>
        call);

}  // namespace server

#endif  // SERVER_HANDLERS_CONNECTION_TEST_H_
