package com.ductape.jobs;

/** ALREADY_EXISTS: the product has a resource with this tag already. */
public final class AlreadyExistsException extends JobsException {
  private static final long serialVersionUID = 1L;

  AlreadyExistsException(ErrorDetails details, Throwable cause) {
    super(details, cause);
  }
}
