package com.ductape.jobs.worker;

import com.ductape.jobs.JobsException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What a worker is told once, checked. */
record WorkerOptions(
    List<String> queues,
    String name,
    int maxInFlight,
    Duration lease,
    Executor executor,
    boolean interrupts,
    Consumer<Task> execute,
    Consumer<Optional<JobsException>> onStreamEnd) {}
