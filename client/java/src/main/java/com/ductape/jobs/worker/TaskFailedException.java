package com.ductape.jobs.worker;

import com.ductape.jobs.ProtoTime;
import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.Run;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Thrown by a handler: why a run failed. Immutable. */
public class TaskFailedException extends RuntimeException {
  /** The code of failures that no handler gave a code of its own. */
  static final String HANDLER_ERROR = "HANDLER_ERROR";

  private static final long serialVersionUID = 1L;
  private static final int MAX_CODE_LENGTH = 64;
  // The server keeps 1 KiB of a message: a little more is enough for it to see that there was more.
  private static final int SENT_MESSAGE_BYTES = 2 * 1024;
  private static final Duration MAX_RETRY_AFTER = Duration.ofDays(366);
  private static final Pattern NOT_IN_CODES = Pattern.compile("[^A-Z0-9_]");

  /** As it is sent. */
  private final String code;

  /** Null: the code decides. */
  private final Boolean retryable;

  /** Null: as the retry policy says. */
  private final Duration retryAfter;

  /** 0: none. */
  private final int status;

  /**
   * Makes a failure that is retried if its code says so: one of the API's classes ({@code
   * Run.Error} in the protos), or a code that the retry policy names.
   *
   * @param code A-Z, 0-9 and {@code _}, at most 64 characters; anything else is made to fit
   * @param message for people; the first 1 KiB are kept
   */
  public TaskFailedException(String code, String message) {
    this(code, message, null, null, null, 0);
  }

  TaskFailedException(
      String code,
      String message,
      Throwable cause,
      Boolean retryable,
      Duration retryAfter,
      int status) {
    super(message, cause);
    this.code = fitCode(code);
    this.retryable = retryable;
    this.retryAfter = retryAfter;
    this.status = status;
  }

  /**
   * {@return the same failure, retried or not where the retry policy does not name its code}
   *
   * @param retryable whether it is
   */
  public TaskFailedException retryable(boolean retryable) {
    return new TaskFailedException(code, getMessage(), this, retryable, retryAfter, status);
  }

  /**
   * {@return the same failure, retried no sooner than that, up to the retry policy's {@code
   * max_backoff}}
   *
   * @param wait 0 to 366 days; made to fit
   */
  public TaskFailedException retryAfter(Duration wait) {
    Duration fit = wait.isNegative() ? Duration.ZERO : wait;
    fit = fit.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : fit;
    return new TaskFailedException(code, getMessage(), this, retryable, fit, status);
  }

  /**
   * {@return the same failure with the number that the target itself gave}
   *
   * @param status an HTTP status or a gRPC code, for example; 0: none
   */
  public TaskFailedException status(int status) {
    return new TaskFailedException(code, getMessage(), this, retryable, retryAfter, status);
  }

  /** {@return the code, as it is sent} */
  public String code() {
    return code;
  }

  Result.Builder result() {
    Run.Error.Builder error = Run.Error.newBuilder().setCode(code).setStatus(status);
    if (getMessage() != null) {
      error.setMessage(Texts.fit(getMessage(), SENT_MESSAGE_BYTES));
    }
    if (retryable != null) {
      error.setRetryable(retryable);
    }
    Result.Builder result = Result.newBuilder().setFailure(error);
    if (retryAfter != null) {
      result.setRetryAfter(ProtoTime.duration(retryAfter));
    }
    return result;
  }

  /** Letters in capitals, and {@code _} for what a code cannot hold. */
  private static String fitCode(String code) {
    String fit = NOT_IN_CODES.matcher(code.toUpperCase(Locale.ROOT)).replaceAll("_");
    if (fit.isEmpty() || fit.charAt(0) < 'A' || fit.charAt(0) > 'Z') {
      fit = "E_" + fit;
    }
    return fit.substring(0, Math.min(fit.length(), MAX_CODE_LENGTH));
  }
}
