package com.ductape.jobs;

/** INVALID_ARGUMENT: the request is malformed; {@link #fieldViolations} names the fields. */
public final class InvalidRequestException extends JobsException {
  private static final long serialVersionUID = 1L;

  InvalidRequestException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
