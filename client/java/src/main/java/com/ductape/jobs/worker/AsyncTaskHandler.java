package com.ductape.jobs.worker;

import java.util.concurrent.CompletionStage;

/** Begins to execute runs, on a thread of the worker's executor. Must be thread-safe. */
@FunctionalInterface
public interface AsyncTaskHandler {
  /**
   * Begins one run. The thread is not interrupted when the run is to be stopped: ask {@link
   * Task#onCancel}.
   *
   * @param task the run
   * @return completes with the run's output, null for none; or fails as a {@link TaskHandler}
   *     throws
   * @throws Exception if it fails at once
   */
  CompletionStage<String> handle(Task task) throws Exception;
}
