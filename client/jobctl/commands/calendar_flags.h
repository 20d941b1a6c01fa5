#ifndef CLIENT_JOBCTL_COMMANDS_CALENDAR_FLAGS_H_
#define CLIENT_JOBCTL_COMMANDS_CALENDAR_FLAGS_H_

#include "client/jobctl/io.h"
#include "client/jobctl/message_flags.h"
#include "ductape/jobs/v1/calendar.pb.h"

namespace jobctl {

// A flag for every settable field of a calendar. Those of a list replace what a file has of it. `io`
// must stand as long as `flags`.
void AddCalendarFlags(MessageFlags<ductape::jobs::v1::Calendar>& flags, Io& io);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_CALENDAR_FLAGS_H_
