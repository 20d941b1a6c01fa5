package com.ductape.jobs;

/** UNAVAILABLE: the server cannot be reached, is starting, or shuts down. */
public final class UnavailableException extends JobsException {
  private static final long serialVersionUID = 1L;

  UnavailableException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
