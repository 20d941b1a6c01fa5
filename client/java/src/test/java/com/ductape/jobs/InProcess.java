package com.ductape.jobs;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;

/** A server of a service in this process, and a client of it. */
public final class InProcess implements AutoCloseable {
  private final Server server;
  private final ManagedChannel channel;
  private final JobsClient client;

  public InProcess(BindableService service) throws IOException {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(service).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
    client =
        JobsClient.builder()
            .channel(channel)
            .product("shop")
            .retry(new RetryOptions(4, Duration.ofMillis(1), Duration.ofMillis(5)))
            .build();
  }

  public JobsClient client() {
    return client;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
