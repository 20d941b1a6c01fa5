package com.ductape.jobs;

import java.time.Duration;
import java.util.Optional;

/**
 * How a call that may be repeated is repeated. The wait before retry n is {@code initialBackoff} x
 * 2^(n-1), at most {@code maxBackoff}, of which half is drawn; a longer wait that the server asks
 * for is honoured. No retry outlives the call's deadline.
 *
 * <p>What is repeated: of any call, what the server refused before it acted and answered with a
 * retry delay (RESOURCE_EXHAUSTED, UNAVAILABLE); of reads, and of changes under a request id, also
 * UNAVAILABLE without one (the connection was lost) and ABORTED, REQUEST_IN_PROGRESS.
 *
 * @param maxAttempts how often a call is sent at most, the first time included; 1: no retries
 * @param initialBackoff the wait before the first retry; not negative
 * @param maxBackoff the longest wait, but for what the server asks for; not negative
 */
public record RetryOptions(int maxAttempts, Duration initialBackoff, Duration maxBackoff) {
  /** 4 attempts, 100 ms, 5 s. */
  public static final RetryOptions DEFAULT =
      new RetryOptions(4, Duration.ofMillis(100), Duration.ofSeconds(5));

  /** No call is repeated. */
  public static final RetryOptions NONE = new RetryOptions(1, Duration.ZERO, Duration.ZERO);

  private static final int MAX_DOUBLINGS = 30;

  /**
   * Checks the numbers.
   *
   * @param maxAttempts 1 or more
   * @param initialBackoff not negative
   * @param maxBackoff not negative
   * @throws IllegalArgumentException if there is no attempt, or a wait is negative
   */
  public RetryOptions {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("a call is made at least once: " + maxAttempts);
    }
    if (initialBackoff.isNegative() || maxBackoff.isNegative()) {
      throw new IllegalArgumentException("a wait is not negative");
    }
  }

  /**
   * {@return the wait before a retry}
   *
   * @param retry its number; 1 is the first
   * @param askedFor what the server asks for
   * @param draw a random number from 0 to below 1
   */
  public Duration backoff(int retry, Optional<Duration> askedFor, double draw) {
    double doubled = initialBackoff.toNanos() * Math.pow(2, Math.min(retry - 1, MAX_DOUBLINGS));
    double full = Math.min(doubled, maxBackoff.toNanos());
    Duration drawn = Duration.ofNanos((long) (full / 2 + full / 2 * draw));
    return askedFor.filter(asked -> asked.compareTo(drawn) > 0).orElse(drawn);
  }
}
