#ifndef SCHEDULER_DISPATCH_WORKER_STREAM_H_
#define SCHEDULER_DISPATCH_WORKER_STREAM_H_

#include <cstddef>

#include "scheduler/base/millis.h"
#include "scheduler/core/run_port.h"

// What the hub needs of whoever speaks to workers.
namespace scheduler::dispatch {

// Where claimed runs go. Used by one thread at a time.
class DeliverySink {
 public:
  virtual ~DeliverySink() = default;

  // Takes what it needs of `run`, whose attempt ends at `deadline` (engine time); returns how many
  // bytes it added to what will be sent. A sink that has no room for the run takes nothing of it
  // and returns 0: the run is given back. One that can cut messages has always room.
  virtual size_t Add(const core::ClaimedRun& run, base::Millis deadline) = 0;
};

// The writing half of a worker's stream, pulled: the hub says that there is something, and the
// stream takes it with WorkerLink::Next whenever it can write. So what comes up during a write is
// sent as one batch, and a run is bound to a stream only when that stream can send it.
//
// Thread safety: everything may be called from any thread, with no lock held. Nothing may block.
class WorkerStream {
 public:
  virtual ~WorkerStream() = default;

  // There may be something to write. May call WorkerLink::Next on this very thread.
  virtual void Wake() = 0;

  // Reads on after WorkerLink::OnResults asked for a rest.
  virtual void ResumeReading() = 0;

  // Breaks the stream off: its end could not be written in good order.
  virtual void Abort() = 0;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_STREAM_H_
