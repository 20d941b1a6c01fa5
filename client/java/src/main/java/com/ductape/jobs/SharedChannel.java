package com.ductape.jobs;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The channel that clients share. Calls go through {@code channel}, which adds the token. */
record SharedChannel(ManagedChannel managed, Channel channel, boolean owned) {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** gRPC for Java waits up to two minutes after attempts to connect: our own backoff is enough. */
  void tryNow() {
    managed.resetConnectBackoff();
  }

  void close() {
    if (!owned) {
      return;
    }
    managed.shutdown();
    try {
      if (managed.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    managed.shutdownNow();
  }
}
