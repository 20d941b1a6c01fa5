package com.ductape.jobs;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call that failed. What each reason means stands in the protos, at the method that gives it.
 *
 * <p>The codes that callers handle have a class each: {@link InvalidRequestException}, {@link
 * NotFoundException}, {@link AlreadyExistsException}, {@link FailedPreconditionException}, {@link
 * ConflictException}, {@link ResourceExhaustedException}, {@link UnavailableException}, {@link
 * DeadlineExceededException}, {@link UnauthenticatedException} and {@link
 * PermissionDeniedException}. All others come as this class itself.
 */
public class JobsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the server said. */
  private final ErrorDetails details;

  /**
   * For the classes of single codes.
   *
   * @param details what the server said
   * @param cause the error of gRPC; may be null
   */
  JobsException(ErrorDetails details, Throwable cause) {
    super(details.message(), cause);
    this.details = details;
  }

  /**
   * {@return the exception that a failed gRPC call stands for, of the class of its code}
   *
   * @param error what a stub of gRPC threw, or a call's stream ended with; anything else is taken
   *     for a fault of this program, code UNKNOWN
   */
  public static JobsException of(Throwable error) {
    if (error instanceof JobsException already) {
      return already;
    }
    com.google.rpc.Status rich = StatusProto.fromThrowable(error);
    boolean fromGrpc = error instanceof StatusRuntimeException || error instanceof StatusException;
    boolean hasDetails = rich != null && rich.getDetailsCount() > 0;
    return of(
        fromGrpc && hasDetails
            ? ErrorDetails.of(rich)
            : ErrorDetails.of(Status.fromThrowable(error)),
        error);
  }

  /**
   * {@return the exception that an error within a response stands for, as of one item of a batch}
   *
   * @param status an error: its code is not OK
   */
  public static JobsException of(com.google.rpc.Status status) {
    return of(ErrorDetails.of(status), null);
  }

  private static JobsException of(ErrorDetails details, Throwable cause) {
    return switch (details.code()) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> new InvalidRequestException(details, cause);
      case NOT_FOUND -> new NotFoundException(details, cause);
      case ALREADY_EXISTS -> new AlreadyExistsException(details, cause);
      case FAILED_PRECONDITION -> new FailedPreconditionException(details, cause);
      case ABORTED -> new ConflictException(details, cause);
      case RESOURCE_EXHAUSTED -> new ResourceExhaustedException(details, cause);
      case UNAVAILABLE -> new UnavailableException(details, cause);
      case DEADLINE_EXCEEDED -> new DeadlineExceededException(details, cause);
      case UNAUTHENTICATED -> new UnauthenticatedException(details, cause);
      case PERMISSION_DENIED -> new PermissionDeniedException(details, cause);
      default -> new JobsException(details, cause);
    };
  }

  /** {@return the gRPC status code; never OK} */
  public Status.Code code() {
    return details.code();
  }

  /** {@return what happened, for people, without the code that {@link #getMessage} begins with} */
  public String description() {
    return details.description();
  }

  /**
   * {@return a stable word in capitals, such as {@code JOB_NOT_FOUND}; empty if the error did not
   * come from the service itself: the connection failed, or the client's own deadline passed}
   */
  public String reason() {
    return details.reason();
  }

  /** {@return who defines the reason: {@code jobs.ductape}; empty where the reason is} */
  public String domain() {
    return details.domain();
  }

  /** {@return the dynamic values of the message by name, for example {@code tag}; unmodifiable} */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(details.metadata());
  }

  /** {@return the fields of the request that are at fault; unmodifiable, mostly empty} */
  public List<FieldViolation> fieldViolations() {
    return Collections.unmodifiableList(details.fieldViolations());
  }

  /** {@return how long the server asks to wait before a repetition; empty if it does not say} */
  public Optional<Duration> retryDelay() {
    return Optional.ofNullable(details.retryDelay());
  }
}
