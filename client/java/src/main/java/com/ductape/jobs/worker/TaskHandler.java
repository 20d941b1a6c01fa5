package com.ductape.jobs.worker;

/** Executes runs, each on a thread of the worker's executor. Must be thread-safe. */
@FunctionalInterface
public interface TaskHandler {
  /**
   * Executes one run, and returns when it is done.
   *
   * <p>What it throws is the run's failure: {@link TaskFailedException} says all of it, {@link
   * DoNotRetryException} that it is not to be retried, and {@link TaskReleasedException} gives the
   * run back. Any other exception is a failure with the code {@code HANDLER_ERROR} that is retried
   * as the job's retry policy allows. Of a run that is to be stopped, {@link InterruptedException}
   * and {@link java.util.concurrent.CancellationException} say that it was.
   *
   * @param task the run
   * @return its output, null for none; the first 4 KiB are kept
   * @throws Exception if it fails
   */
  String handle(Task task) throws Exception;
}
