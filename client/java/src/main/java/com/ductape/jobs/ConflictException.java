package com.ductape.jobs;

/** ABORTED: the resource changed meanwhile (ETAG_MISMATCH), or the same request is under way. */
public final class ConflictException extends JobsException {
  private static final long serialVersionUID = 1L;

  ConflictException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
