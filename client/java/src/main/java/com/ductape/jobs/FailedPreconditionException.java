package com.ductape.jobs;

/** FAILED_PRECONDITION: the request is well-formed, but not now; {@link #reason} says why. */
public final class FailedPreconditionException extends JobsException {
  private static final long serialVersionUID = 1L;

  FailedPreconditionException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
