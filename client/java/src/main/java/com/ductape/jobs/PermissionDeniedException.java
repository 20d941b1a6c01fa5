package com.ductape.jobs;

/** PERMISSION_DENIED: who calls may not do this. */
public final class PermissionDeniedException extends JobsException {
  private static final long serialVersionUID = 1L;

  PermissionDeniedException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
