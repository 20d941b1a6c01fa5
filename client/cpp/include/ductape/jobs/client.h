#ifndef DUCTAPE_JOBS_CLIENT_H_
#define DUCTAPE_JOBS_CLIENT_H_

// All of the C++ client of Ductape Jobs. client/cpp/client.h is where to begin to read.

#include "client/cpp/call.h"     // IWYU pragma: export
#include "client/cpp/channel.h"  // IWYU pragma: export
#include "client/cpp/client.h"   // IWYU pragma: export
#include "client/cpp/error.h"    // IWYU pragma: export
#include "client/cpp/listing.h"  // IWYU pragma: export
#include "client/cpp/options.h"  // IWYU pragma: export
#include "client/cpp/task.h"     // IWYU pragma: export
#include "client/cpp/worker.h"   // IWYU pragma: export

#endif  // DUCTAPE_JOBS_CLIENT_H_
