package com.ductape.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobsExceptionTest {
  private static com.google.rpc.Status status(Code code, Any... details) {
    return com.google.rpc.Status.newBuilder()
        .setCode(code.getNumber())
        .setMessage("text")
        .addAllDetails(List.of(details))
        .build();
  }

  private static final Any INFO =
      Any.pack(
          ErrorInfo.newBuilder()
              .setReason("FIELD_INVALID")
              .setDomain("jobs.ductape")
              .putMetadata("field", "job.cron")
              .build());
  private static final Any FIELDS =
      Any.pack(
          BadRequest.newBuilder()
              .addFieldViolations(
                  BadRequest.FieldViolation.newBuilder()
                      .setField("job.cron")
                      .setDescription("61 is no minute"))
              .build());
  private static final Any RETRY =
      Any.pack(
          RetryInfo.newBuilder()
              .setRetryDelay(ProtoTime.duration(Duration.ofMillis(1500)))
              .build());

  @Test
  void itReadsTheDetails() {
    JobsException error =
        JobsException.of(
            StatusProto.toStatusRuntimeException(status(Code.INVALID_ARGUMENT, INFO, FIELDS)));
    assertInstanceOf(InvalidRequestException.class, error);
    assertEquals(Status.Code.INVALID_ARGUMENT, error.code());
    assertEquals("text", error.description());
    assertEquals("INVALID_ARGUMENT (FIELD_INVALID): text", error.getMessage());
    assertEquals("FIELD_INVALID", error.reason());
    assertEquals("jobs.ductape", error.domain());
    assertEquals(Map.of("field", "job.cron"), error.metadata());
    assertEquals(
        List.of(new FieldViolation("job.cron", "61 is no minute")), error.fieldViolations());
    assertEquals(Optional.empty(), error.retryDelay());
  }

  @Test
  void itReadsARetryDelayAndLeavesOutWhatItCannotRead() {
    Any broken =
        Any.newBuilder()
            .setTypeUrl("type.googleapis.com/google.rpc.ErrorInfo")
            .setValue(ByteString.copyFrom(new byte[] {-1, -1}))
            .build();
    JobsException error = JobsException.of(status(Code.RESOURCE_EXHAUSTED, broken, RETRY));
    assertEquals(Optional.of(Duration.ofMillis(1500)), error.retryDelay());
    assertEquals("", error.reason());
  }

  @Test
  void eachCodeHasItsClass() {
    Map<Code, Class<? extends JobsException>> classes =
        Map.of(
            Code.NOT_FOUND, NotFoundException.class,
            Code.ALREADY_EXISTS, AlreadyExistsException.class,
            Code.FAILED_PRECONDITION, FailedPreconditionException.class,
            Code.ABORTED, ConflictException.class,
            Code.RESOURCE_EXHAUSTED, ResourceExhaustedException.class,
            Code.UNAVAILABLE, UnavailableException.class,
            Code.DEADLINE_EXCEEDED, DeadlineExceededException.class,
            Code.UNAUTHENTICATED, UnauthenticatedException.class,
            Code.PERMISSION_DENIED, PermissionDeniedException.class,
            Code.DATA_LOSS, JobsException.class);
    classes.forEach((code, type) -> assertSame(type, JobsException.of(status(code)).getClass()));
  }

  @Test
  void errorsWithoutDetailsAndOtherFaults() {
    JobsException lost =
        JobsException.of(Status.UNAVAILABLE.withDescription("no connection").asRuntimeException());
    assertEquals("", lost.reason());
    assertEquals("UNAVAILABLE: no connection", lost.getMessage());
    assertSame(lost, JobsException.of(lost));
    JobsException fault = JobsException.of(new IllegalStateException("a fault"));
    assertEquals(Status.Code.UNKNOWN, fault.code());
    assertTrue(fault.getMessage().contains("a fault"), fault.getMessage());
  }

  @Test
  void itIsSerializable() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(JobsException.of(status(Code.INVALID_ARGUMENT, INFO, FIELDS)));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      JobsException read = (JobsException) in.readObject();
      assertEquals("FIELD_INVALID", read.reason());
      assertEquals(1, read.fieldViolations().size());
    }
  }
}
