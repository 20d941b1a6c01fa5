#ifndef SCHEDULER_DISPATCH_GRPC_KEEP_ALIVE_H_
#define SCHEDULER_DISPATCH_GRPC_KEEP_ALIVE_H_

namespace scheduler::dispatch {

// Keeps gRPC's queue of callbacks, and its threads, until the process ends.
//
// Without it the library (1.51) takes the queue down with the last channel, joining the queue's
// threads; where that channel is let go of in a callback, one of these threads joins itself, frees
// the queue under its own feet and ends the process. Channels of targets are let go of wherever
// their last call ends, so this is called before the first is made. Idempotent, thread-safe.
void KeepGrpcAlive();

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_KEEP_ALIVE_H_
