package com.ductape.jobs;

/** RESOURCE_EXHAUSTED: the server has as much in hand, or on its disk, as it takes. */
public final class ResourceExhaustedException extends JobsException {
  private static final long serialVersionUID = 1L;

  ResourceExhaustedException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
