package com.ductape.jobs.worker;

/** Thrown by a handler: the run failed, and another attempt would fail as well. */
public final class DoNotRetryException extends TaskFailedException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes a failure with the code {@code HANDLER_ERROR}.
   *
   * @param message for people; the first 1 KiB are kept
   */
  public DoNotRetryException(String message) {
    this(HANDLER_ERROR, message);
  }

  /**
   * Makes a failure with a code.
   *
   * @param code A-Z, 0-9 and {@code _}, at most 64 characters; anything else is made to fit
   * @param message for people; the first 1 KiB are kept
   */
  public DoNotRetryException(String code, String message) {
    super(code, message, null, false, null, 0);
  }
}
