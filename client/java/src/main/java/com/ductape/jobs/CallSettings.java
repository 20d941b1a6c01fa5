package com.ductape.jobs;

import io.grpc.Metadata;
import java.time.Duration;

/** What calls of one client have in common. The metadata is not changed once it is here. */
record CallSettings(String product, Duration deadline, RetryOptions retry, Metadata metadata) {
  CallSettings withProduct(String product) {
    return new CallSettings(product, deadline, retry, metadata);
  }

  CallSettings withDeadline(Duration deadline) {
    return new CallSettings(product, deadline, retry, metadata);
  }

  CallSettings withMetadata(String key, String value) {
    Metadata more = new Metadata();
    more.merge(metadata);
    more.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    return new CallSettings(product, deadline, retry, more);
  }
}
