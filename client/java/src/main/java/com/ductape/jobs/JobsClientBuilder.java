package com.ductape.jobs;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Builds a {@link JobsClient}: where the server is, how to trust it and how patient to be. Not
 * thread-safe.
 */
public final class JobsClientBuilder {
  private static final String ADDRESS_VARIABLE = "DUCTAPE_JOBS_ADDRESS";
  private static final String DEFAULT_ADDRESS = "localhost:7420";
  private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);
  private static final int MAX_MESSAGE_BYTES = 16 << 20; // a page ends at 3 MiB; room for more
  // A connection that is silent for so long is asked whether it is alive: a stream would not notice
  // for a quarter of an hour. The server allows a question every 10 s.
  private static final Duration KEEPALIVE = Duration.ofSeconds(30);
  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(10);

  private String address = System.getenv().getOrDefault(ADDRESS_VARIABLE, DEFAULT_ADDRESS);
  private ManagedChannel channel;
  private TlsOptions tls;
  private Supplier<String> bearerToken;
  private String product = "";
  private Duration deadline = DEFAULT_DEADLINE;
  private RetryOptions retry = RetryOptions.DEFAULT;
  private String userAgent = "";

  JobsClientBuilder() {}

  /**
   * Sets where the server is. Unset: the environment's {@code DUCTAPE_JOBS_ADDRESS}, else {@code
   * localhost:7420}.
   *
   * @param address {@code host:port}, {@code unix:/path}, or any target that gRPC resolves
   * @return this
   */
  public JobsClientBuilder address(String address) {
    this.address = Objects.requireNonNull(address);
    return this;
  }

  /**
   * Sets a channel that stands already, in place of address, TLS and user agent. It stays the
   * caller's: the client does not close it.
   *
   * @param channel the channel
   * @return this
   */
  public JobsClientBuilder channel(ManagedChannel channel) {
    this.channel = Objects.requireNonNull(channel);
    return this;
  }

  /**
   * Sets TLS. Unset: plaintext.
   *
   * @param tls whom to trust, and the client's own certificate
   * @return this
   */
  public JobsClientBuilder tls(TlsOptions tls) {
    this.tls = Objects.requireNonNull(tls);
    return this;
  }

  /**
   * Sets the token that is sent as {@code authorization: Bearer} with every call. Only with TLS, or
   * to an address on this machine (unix socket, localhost, 127.0.0.0/8, [::1]).
   *
   * @param token the token; not empty
   * @return this
   */
  public JobsClientBuilder bearerToken(String token) {
    Objects.requireNonNull(token);
    return bearerToken(() -> token);
  }

  /**
   * Sets where the token comes from, for tokens that change: it is asked at each attempt.
   *
   * @param token gives the token; thread-safe, and quick
   * @return this
   */
  public JobsClientBuilder bearerToken(Supplier<String> token) {
    this.bearerToken = Objects.requireNonNull(token);
    return this;
  }

  /**
   * Sets the product of requests that name none. Unset: the server's default product.
   *
   * @param product a product; the syntax of tags
   * @return this
   */
  public JobsClientBuilder product(String product) {
    this.product = Objects.requireNonNull(product);
    return this;
  }

  /**
   * Sets how long a call may take, all attempts and waits together. Unset: 30 s.
   *
   * @param deadline more than 0
   * @return this
   * @throws IllegalArgumentException if it is not more than 0
   */
  public JobsClientBuilder deadline(Duration deadline) {
    checkDeadline(deadline);
    this.deadline = deadline;
    return this;
  }

  /**
   * Sets how calls are repeated. Unset: {@link RetryOptions#DEFAULT}.
   *
   * @param retry numbers and waits
   * @return this
   */
  public JobsClientBuilder retry(RetryOptions retry) {
    this.retry = Objects.requireNonNull(retry);
    return this;
  }

  /**
   * Sets what stands before the library's own name in the user agent.
   *
   * @param userAgent for example {@code billing/2.3}
   * @return this
   */
  public JobsClientBuilder userAgent(String userAgent) {
    this.userAgent = Objects.requireNonNull(userAgent);
    return this;
  }

  /**
   * Builds the client. It connects at its first call.
   *
   * @return a client, to be closed by the caller
   * @throws IllegalArgumentException if the address is empty, a token would leave this machine in
   *     plaintext, or a certificate or key is none
   * @throws java.io.UncheckedIOException if a file of TLS cannot be read
   */
  public JobsClient build() {
    CallSettings settings = new CallSettings(product, deadline, retry, new Metadata());
    ManagedChannel managed = channel != null ? channel : open();
    ClientInterceptor[] interceptors =
        bearerToken == null
            ? new ClientInterceptor[0]
            : new ClientInterceptor[] {new BearerToken(bearerToken)};
    SharedChannel shared =
        new SharedChannel(
            managed, ClientInterceptors.intercept(managed, interceptors), channel == null);
    return new JobsClient(shared, settings);
  }

  private ManagedChannel open() {
    if (address.isEmpty()) {
      throw new IllegalArgumentException(
          "the server's address is empty; it is host:port or unix:/path");
    }
    if (bearerToken != null && tls == null && !Addresses.isLocal(address)) {
      throw new IllegalArgumentException(
          "a token is not sent in plaintext beyond this machine: use TLS");
    }
    ChannelCredentials credentials =
        tls == null ? InsecureChannelCredentials.create() : tls.credentials();
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder(address, credentials)
            .userAgent((userAgent + " " + Version.USER_AGENT).strip())
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(KEEPALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .disableRetry();
    if (tls != null) {
      tls.serverName().ifPresent(builder::overrideAuthority);
    }
    return builder.build();
  }

  static void checkDeadline(Duration deadline) {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("a deadline is more than 0: " + deadline);
    }
  }
}
