package com.ductape.jobs;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a server attached to an error. Details that cannot be read are left out. */
record ErrorDetails(
    Status.Code code,
    String description,
    String reason,
    String domain,
    HashMap<String, String> metadata,
    ArrayList<FieldViolation> fieldViolations,
    Duration retryDelay)
    implements Serializable {

  static ErrorDetails of(Status status) {
    String description = status.getDescription();
    if (description == null) {
      description = status.getCause() == null ? "" : status.getCause().toString();
    }
    return of(status.getCode(), description, List.of());
  }

  static ErrorDetails of(com.google.rpc.Status status) {
    Status.Code code = Status.fromCodeValue(status.getCode()).getCode();
    return of(code, status.getMessage(), status.getDetailsList());
  }

  private static ErrorDetails of(Status.Code code, String description, List<Any> details) {
    ErrorInfo info = ErrorInfo.getDefaultInstance();
    ArrayList<FieldViolation> fields = new ArrayList<>();
    Duration retryDelay = null;
    for (Any detail : details) {
      try {
        if (detail.is(ErrorInfo.class)) {
          info = detail.unpack(ErrorInfo.class);
        } else if (detail.is(BadRequest.class)) {
          for (var violation : detail.unpack(BadRequest.class).getFieldViolationsList()) {
            fields.add(new FieldViolation(violation.getField(), violation.getDescription()));
          }
        } else if (detail.is(RetryInfo.class)) {
          retryDelay = ProtoTime.duration(detail.unpack(RetryInfo.class).getRetryDelay());
        }
      } catch (InvalidProtocolBufferException unreadable) {
        continue;
      }
    }
    Map<String, String> metadata = info.getMetadataMap();
    return new ErrorDetails(
        code,
        description,
        info.getReason(),
        info.getDomain(),
        new HashMap<>(metadata),
        fields,
        retryDelay);
  }

  String message() {
    String head = reason.isEmpty() ? code.toString() : code + " (" + reason + ")";
    return description.isEmpty() ? head : head + ": " + description;
  }
}
