package com.ductape.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Struct;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Times, JSON and addresses. */
class ValuesTest {
  @Test
  void timesGoThereAndBack() {
    Instant instant = Instant.parse("2099-01-01T00:00:00.123456789Z");
    assertEquals(instant, ProtoTime.instant(ProtoTime.timestamp(instant)));
    for (long nanos : new long[] {0, 1, 1_500_000_000L, -1, -1_500_000_000L}) {
      Duration duration = Duration.ofNanos(nanos);
      com.google.protobuf.Duration proto = ProtoTime.duration(duration);
      assertEquals(duration, ProtoTime.duration(proto));
      assertTrue(
          (long) Long.signum(proto.getSeconds()) * Integer.signum(proto.getNanos()) >= 0,
          "signs agree in " + nanos);
    }
  }

  @Test
  void jsonGoesThereAndBack() {
    Struct object =
        Json.object(
            Map.of("list", Arrays.asList(1, true, null, Map.of("deep", "x")), "text", "grüße"));
    assertEquals(object, Json.parse(Json.text(object)));
    assertEquals(4, object.getFieldsOrThrow("list").getListValue().getValuesCount());
    assertEquals(Struct.getDefaultInstance(), Json.parse(""));
  }

  @Test
  void whatIsNoJsonObjectIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Json.parse("[1]"));
    assertThrows(IllegalArgumentException.class, () -> Json.parse("{"));
    assertThrows(
        IllegalArgumentException.class, () -> Json.object(Map.of("at", Path.of("no/value"))));
    Struct infinite = Json.object(Map.of("n", Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> Json.text(infinite));
  }

  @Test
  void addressesOnThisMachine() {
    for (String local :
        List.of("localhost:7420", "127.0.0.1:1", "[::1]:1", "unix:/tmp/s", "dns:///localhost:1")) {
      assertTrue(Addresses.isLocal(local), local);
    }
    for (String remote : List.of("127.example.com:1", "jobs:7420", "127.0.0.1.nip:1", "10.0.0.1")) {
      assertFalse(Addresses.isLocal(remote), remote);
    }
  }

  @Test
  void aBuilderChecksItsOptions() {
    JobsClientBuilder builder = JobsClient.builder().address("jobs.example.com:7420");
    assertThrows(IllegalArgumentException.class, () -> builder.bearerToken("t").build());
    assertThrows(IllegalArgumentException.class, () -> builder.deadline(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> JobsClient.builder().address("").build());
    assertThrows(
        java.io.UncheckedIOException.class,
        () -> JobsClient.builder().tls(TlsOptions.trusting(Path.of("no/such.pem"))).build());
    assertTrue(Version.USER_AGENT.matches("ductape-jobs-java/\\d+\\.\\d+\\.\\d+.*"));
  }
}
