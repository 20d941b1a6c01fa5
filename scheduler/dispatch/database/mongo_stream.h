#ifndef SCHEDULER_DISPATCH_DATABASE_MONGO_STREAM_H_
#define SCHEDULER_DISPATCH_DATABASE_MONGO_STREAM_H_

#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/database/interrupt.h"
#include <mongoc/mongoc.h>

namespace scheduler::dispatch {

// What the streams of one client wait by. It outlives them.
struct MongoWaiter {
  const base::Clock* clock = nullptr;
  Interrupt* interrupt = nullptr;  // of the attempt at work
  std::vector<int> sockets;        // of the streams that are open
};

// A stream over a connected, non-blocking socket, which it owns, whose waits end with the interrupt.
mongoc_stream_t* NewMongoStream(int fd, MongoWaiter* waiter);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_MONGO_STREAM_H_
