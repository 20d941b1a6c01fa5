#ifndef CLIENT_JOBCTL_COMMANDS_EVENT_FLAGS_H_
#define CLIENT_JOBCTL_COMMANDS_EVENT_FLAGS_H_

#include "client/jobctl/io.h"
#include "client/jobctl/message_flags.h"
#include "ductape/jobs/v1/event.pb.h"

namespace jobctl {

// A flag for every settable field of an event. Flags of two targets, for example --url and --queue,
// are INVALID_ARGUMENT. `io` must stand as long as `flags`.
void AddEventFlags(MessageFlags<ductape::jobs::v1::Event>& flags, Io& io);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_EVENT_FLAGS_H_
