package com.ductape.jobs;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * What the client adds to requests, and which of them may be sent twice.
 *
 * <table>
 * <caption>Repetition</caption>
 * <tr><th>methods<th>may be sent again when their outcome is unknown
 * <tr><td>Get…, List…, PreviewSchedule, TestConnection<td>yes: they change nothing
 * <tr><td>those whose request has a {@code request_id}<td>yes: an id is filled in where none is
 * <tr><td>BatchCreateJobs<td>yes: likewise for each item
 * <tr><td>CompleteRuns<td>yes: a result that was taken already is refused, which is harmless
 * <tr><td>LeaseRuns, and any other<td>no: runs in a lost answer would wait for their lease's end
 * </table>
 */
final class Requests {
  private static final int REQUEST_ID_BYTES = 16;
  private static final String REQUEST_ID = "request_id";
  private static final String PRODUCT = "product";
  private static final List<String> RESOURCES = List.of("job", "event", "calendar", "connection");
  private static final Set<String> HARMLESS =
      Set.of(
          "PreviewScheduleRequest",
          "TestConnectionRequest",
          "BatchCreateJobsRequest",
          "CompleteRunsRequest");
  private static final SecureRandom RANDOM = new SecureRandom();

  private Requests() {}

  /** The request with the product that the client stands for, and ids that make it repeatable. */
  @SuppressWarnings("unchecked") // a builder of Q builds a Q
  static <Q extends Message> Q complete(Q request, String product) {
    Message.Builder builder = request.toBuilder();
    fillRequestIds(builder);
    if (!product.isEmpty()) {
      fillProduct(builder, product);
    }
    return (Q) builder.build();
  }

  static boolean mayRepeat(Message request) {
    String name = request.getDescriptorForType().getName();
    return name.startsWith("Get")
        || name.startsWith("List")
        || HARMLESS.contains(name)
        || request.getDescriptorForType().findFieldByName(REQUEST_ID) != null;
  }

  /** 32 hexadecimal digits that no other call has. */
  static String newRequestId() {
    byte[] bytes = new byte[REQUEST_ID_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void fillRequestIds(Message.Builder builder) {
    FieldDescriptor id = builder.getDescriptorForType().findFieldByName(REQUEST_ID);
    if (id != null) {
      setIfEmpty(builder, id, newRequestId());
    }
    FieldDescriptor items = builder.getDescriptorForType().findFieldByName("requests");
    if (items == null) {
      return;
    }
    for (int i = 0; i < builder.getRepeatedFieldCount(items); ++i) {
      fillRequestIds(builder.getRepeatedFieldBuilder(items, i));
    }
  }

  private static void fillProduct(Message.Builder builder, String product) {
    for (String resource : RESOURCES) {
      FieldDescriptor field = builder.getDescriptorForType().findFieldByName(resource);
      // Where it is not set it is missing, or one of several: it is not to come into being here.
      if (field != null && builder.hasField(field)) {
        fillOwnProduct(builder.getFieldBuilder(field), product);
        return;
      }
    }
    fillOwnProduct(builder, product);
  }

  private static void fillOwnProduct(Message.Builder builder, String product) {
    FieldDescriptor field = builder.getDescriptorForType().findFieldByName(PRODUCT);
    if (field != null) {
      setIfEmpty(builder, field, product);
    }
  }

  private static void setIfEmpty(Message.Builder builder, FieldDescriptor field, String value) {
    if (builder.getField(field).equals("")) {
      builder.setField(field, value);
    }
  }
}
