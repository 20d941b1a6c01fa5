package com.ductape.jobs;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;

/**
 * The client of Ductape Jobs.
 *
 * <pre>{@code
 * try (JobsClient client = JobsClient.connect("localhost:7420")) {
 *   Job job = client.jobs().get("example_job");
 * } catch (NotFoundException e) {
 *   // e.reason() is JOB_NOT_FOUND
 * }
 * }</pre>
 *
 * <p>Its operations block until they succeeded, failed for good or their deadline passed; those of
 * {@link #async} give futures. A call is repeated where that is safe (see {@link RetryOptions});
 * changing calls get a {@code request_id} where they have none. A request without a product gets
 * the client's. All failures are {@link JobsException}.
 *
 * <p>Thread-safe; one client serves a whole process. The connection is made at the first call, and
 * again whenever it was lost.
 */
public final class JobsClient implements AutoCloseable {
  private final Caller caller;
  private final AsyncJobsClient async;
  private final Jobs jobs;
  private final Events events;
  private final Runs runs;
  private final Calendars calendars;
  private final Connections connections;
  private final Leases leases;
  private final Admin admin;

  JobsClient(SharedChannel shared, CallSettings settings) {
    caller = new Caller(shared, settings);
    async = new AsyncJobsClient(caller);
    jobs = new Jobs(async.jobs());
    events = new Events(async.events());
    runs = new Runs(async.runs());
    calendars = new Calendars(async.calendars());
    connections = new Connections(async.connections());
    leases = new Leases(async.leases());
    admin = new Admin(async.admin());
  }

  /**
   * {@return a client of the server at the address in {@code DUCTAPE_JOBS_ADDRESS}, by default
   * {@code localhost:7420}, without TLS}
   */
  public static JobsClient connect() {
    return builder().build();
  }

  /**
   * {@return a client without TLS}
   *
   * @param address {@code host:port}, {@code unix:/path}, or any target that gRPC resolves
   */
  public static JobsClient connect(String address) {
    return builder().address(address).build();
  }

  /** {@return what builds a client with options} */
  public static JobsClientBuilder builder() {
    return new JobsClientBuilder();
  }

  /** {@return the operations on jobs} */
  public Jobs jobs() {
    return jobs;
  }

  /** {@return the operations on events} */
  public Events events() {
    return events;
  }

  /** {@return the operations on runs} */
  public Runs runs() {
    return runs;
  }

  /** {@return the operations on calendars} */
  public Calendars calendars() {
    return calendars;
  }

  /** {@return the operations on connections} */
  public Connections connections() {
    return connections;
  }

  /** {@return runs by long poll, for those who cannot hold a stream as workers do} */
  public Leases leases() {
    return leases;
  }

  /** {@return the operations on the server itself} */
  public Admin admin() {
    return admin;
  }

  /** {@return the same operations, giving futures} */
  public AsyncJobsClient async() {
    return async;
  }

  /**
   * {@return the same client with another product}
   *
   * @param product the product of requests that name none; empty: the server's default product
   */
  public JobsClient withProduct(String product) {
    return new JobsClient(shared(), caller.settings().withProduct(product));
  }

  /**
   * {@return the same client with another deadline}
   *
   * @param deadline how long a call may take, all attempts and waits together; more than 0
   * @throws IllegalArgumentException if it is not more than 0
   */
  public JobsClient withDeadline(Duration deadline) {
    JobsClientBuilder.checkDeadline(deadline);
    return new JobsClient(shared(), caller.settings().withDeadline(deadline));
  }

  /**
   * {@return the same client, sending one more entry of metadata with each attempt}
   *
   * @param key its name, in lower case
   * @param value ASCII text
   */
  public JobsClient withMetadata(String key, String value) {
    return new JobsClient(shared(), caller.settings().withMetadata(key, value));
  }

  /** Clients that were made from one share its connection, and only that one closes it. */
  private SharedChannel shared() {
    SharedChannel shared = caller.shared();
    return new SharedChannel(shared.managed(), shared.channel(), false);
  }

  /** {@return the product of requests that name none; empty: the server's default product} */
  public String product() {
    return caller.settings().product();
  }

  /** {@return how calls are repeated} */
  public RetryOptions retry() {
    return caller.settings().retry();
  }

  /**
   * {@return the channel with the client's token and metadata, for generated stubs: {@code
   * JobServiceGrpc.newBlockingStub(client.channel())}; with no retries, product or deadline}
   */
  public Channel channel() {
    return ClientInterceptors.intercept(
        caller.shared().channel(),
        MetadataUtils.newAttachHeadersInterceptor(caller.settings().metadata()));
  }

  /** Connects at once where an earlier attempt failed and the channel waits before the next. */
  public void reconnectNow() {
    caller.shared().tryNow();
  }

  /**
   * Closes the connection: waits up to 5 s for calls under way, and cancels those left. Does
   * nothing on a client that was made from another one, or is built on a {@link ManagedChannel} of
   * the caller's. Idempotent.
   */
  @Override
  public void close() {
    caller.shared().close();
  }
}
