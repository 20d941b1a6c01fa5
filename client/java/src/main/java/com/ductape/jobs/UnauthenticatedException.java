package com.ductape.jobs;

/** UNAUTHENTICATED: the server does not know who calls. */
public final class UnauthenticatedException extends JobsException {
  private static final long serialVersionUID = 1L;

  UnauthenticatedException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
