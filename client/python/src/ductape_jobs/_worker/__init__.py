"""Workers: clients that execute the runs of events with a worker target."""
