package com.ductape.jobs.worker;

/**
 * Thrown by a handler: it did not execute the run and gives it back. It is delivered again, to any
 * worker, and that is charged neither to its retries nor to its redeliveries.
 */
public final class TaskReleasedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes it. */
  public TaskReleasedException() {
    super("given back");
  }
}
