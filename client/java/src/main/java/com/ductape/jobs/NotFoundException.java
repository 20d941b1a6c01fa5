package com.ductape.jobs;

/**
 * NOT_FOUND: there is no such job, event, run, connection or calendar; {@link #reason} says which.
 */
public final class NotFoundException extends JobsException {
  private static final long serialVersionUID = 1L;

  NotFoundException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
