package com.ductape.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryOptionsTest {
  private final RetryOptions retry =
      new RetryOptions(4, Duration.ofMillis(100), Duration.ofMillis(1000));

  @Test
  void halfOfTheWaitIsDrawn() {
    assertEquals(Duration.ofMillis(50), retry.backoff(1, Optional.empty(), 0.0));
    assertEquals(Duration.ofMillis(75), retry.backoff(1, Optional.empty(), 0.5));
  }

  @Test
  void itDoublesUpToTheLongest() {
    assertEquals(Duration.ofMillis(100), retry.backoff(2, Optional.empty(), 0.0));
    assertEquals(Duration.ofMillis(200), retry.backoff(3, Optional.empty(), 0.0));
    assertEquals(Duration.ofMillis(500), retry.backoff(5, Optional.empty(), 0.0));
    assertEquals(Duration.ofMillis(500), retry.backoff(1_000_000, Optional.empty(), 0.0));
  }

  @Test
  void aLongerWaitThatTheServerAsksForIsHonoured() {
    assertEquals(Duration.ofSeconds(3), retry.backoff(1, Optional.of(Duration.ofSeconds(3)), 0.0));
    assertEquals(Duration.ofMillis(50), retry.backoff(1, Optional.of(Duration.ofMillis(1)), 0.0));
  }

  @Test
  void numbersAreChecked() {
    assertThrows(
        IllegalArgumentException.class, () -> new RetryOptions(0, Duration.ZERO, Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RetryOptions(1, Duration.ofMillis(-1), Duration.ZERO));
  }
}
