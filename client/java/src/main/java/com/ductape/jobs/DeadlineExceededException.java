package com.ductape.jobs;

/** DEADLINE_EXCEEDED: no answer came in time; whether a change happened is not known. */
public final class DeadlineExceededException extends JobsException {
  private static final long serialVersionUID = 1L;

  DeadlineExceededException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
