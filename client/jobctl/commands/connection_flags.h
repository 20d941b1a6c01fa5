#ifndef CLIENT_JOBCTL_COMMANDS_CONNECTION_FLAGS_H_
#define CLIENT_JOBCTL_COMMANDS_CONNECTION_FLAGS_H_

#include <string>

#include "client/jobctl/io.h"
#include "client/jobctl/message_flags.h"
#include "ductape/jobs/v1/connection.pb.h"

namespace jobctl {

// A flag for every settable field of a connection; those of the settings set members of the settings of
// `*env`. `io` and `env` must stand as long as `flags`.
void AddConnectionFlags(MessageFlags<ductape::jobs::v1::Connection>& flags, Io& io,
                        const std::string* env);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_CONNECTION_FLAGS_H_
