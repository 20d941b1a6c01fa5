package com.ductape.jobs;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/**
 * Turns the times of {@code java.time} into those of the API and back, to the nanosecond. All times
 * are UTC; the server keeps whole milliseconds.
 */
public final class ProtoTime {
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private ProtoTime() {}

  /**
   * {@return the time as the API has it}
   *
   * @param instant the time; not null
   */
  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /**
   * {@return the time as Java has it}
   *
   * @param timestamp the time; one that is not set is 1970-01-01T00:00:00Z, so ask {@code has…}
   *     first
   */
  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  /**
   * {@return the duration as the API has it}
   *
   * @param duration the duration; not null
   */
  public static com.google.protobuf.Duration duration(Duration duration) {
    // Of a negative duration Java's nanoseconds are positive, the API's negative.
    boolean mixed = duration.isNegative() && duration.getNano() > 0;
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds() + (mixed ? 1 : 0))
        .setNanos(duration.getNano() - (mixed ? NANOS_PER_SECOND : 0))
        .build();
  }

  /**
   * {@return the duration as Java has it}
   *
   * @param duration the duration; not null
   */
  public static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
