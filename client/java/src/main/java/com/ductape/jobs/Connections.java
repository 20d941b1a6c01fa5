package com.ductape.jobs;

import com.ductape.jobs.v1.Connection;
import com.ductape.jobs.v1.CreateConnectionRequest;
import com.ductape.jobs.v1.DeleteConnectionRequest;
import com.ductape.jobs.v1.GetConnectionRequest;
import com.ductape.jobs.v1.ListConnectionsRequest;
import com.ductape.jobs.v1.ListConnectionsResponse;
import com.ductape.jobs.v1.TestConnectionRequest;
import com.ductape.jobs.v1.TestConnectionResponse;
import com.ductape.jobs.v1.UpdateConnectionRequest;
import com.google.protobuf.FieldMask;
import java.util.Arrays;

/**
 * The operations on connections: accounts and base addresses that events use by their tag, with the
 * secrets that go with them. A secret is given once and is in no answer. The short forms take what
 * is mostly needed; those that take a request can say everything, and the protos, at
 * ConnectionService, are their manual and name their errors. All block, and throw {@link
 * JobsException}. Thread-safe.
 *
 * <pre>{@code
 * Secret token = Secret.newBuilder().setFile("/run/secrets/billing").build(); // of the server
 * HttpSettings http =
 *     HttpSettings.newBuilder()
 *         .setBaseUrl("https://billing.example.com/v1")
 *         .setAuth(Auth.newBuilder().setBearer(Auth.Bearer.newBuilder().setToken(token)))
 *         .build();
 * client
 *     .connections()
 *     .create(
 *         Connection.newBuilder()
 *             .setTag("billing")
 *             .putEnv("", Connection.Settings.newBuilder().setHttp(http).build())
 *             .build());
 * }</pre>
 */
public final class Connections {
  private final AsyncConnections async;

  Connections(AsyncConnections async) {
    this.async = async;
  }

  /**
   * {@return the connection as created}
   *
   * @param connection its tag and the settings of an environment are required
   * @throws AlreadyExistsException if the product has a connection with this tag
   * @throws InvalidRequestException if a field is missing or malformed
   * @throws FailedPreconditionException if the server keeps no secrets, or does not give the file
   *     or variable that a secret names
   */
  public Connection create(Connection connection) {
    return create(CreateConnectionRequest.newBuilder().setConnection(connection).build());
  }

  /**
   * {@return the connection as created}
   *
   * @param request the connection, and how to create it
   */
  public Connection create(CreateConnectionRequest request) {
    return Caller.await(async.create(request));
  }

  /**
   * {@return the connection}
   *
   * @param tag its tag
   * @throws NotFoundException if there is none
   */
  public Connection get(String tag) {
    return get(GetConnectionRequest.newBuilder().setTag(tag).build());
  }

  /**
   * {@return the connection}
   *
   * @param request which one
   */
  public Connection get(GetConnectionRequest request) {
    return Caller.await(async.get(request));
  }

  /** {@return all connections of the product} */
  public Pages<Connection> list() {
    return list(ListConnectionsRequest.getDefaultInstance());
  }

  /**
   * {@return the connections of a product}
   *
   * @param request which connections, and how many a page; a page token begins there
   */
  public Pages<Connection> list(ListConnectionsRequest request) {
    return new Pages<>(
        request.getPageToken(),
        token -> {
          ListConnectionsResponse page =
              Caller.await(async.list(request.toBuilder().setPageToken(token).build()));
          return new Page<>(page.getConnectionsList(), page.getNextPageToken());
        });
  }

  /**
   * {@return what came of trying a connection now}, in a way that changes nothing at the target
   *
   * @param request the tag of a connection, or one that need not exist
   * @throws NotFoundException if there is no such connection
   */
  public TestConnectionResponse test(TestConnectionRequest request) {
    return Caller.await(async.test(request));
  }

  /**
   * {@return the connection as it is now}
   *
   * @param connection its tag says which one, the other fields are the new values; a secret without
   *     a source keeps its value; an etag is compared
   * @param fields names of the fields to set, as in the protos; none: those that are populated
   * @throws NotFoundException if there is no such connection
   * @throws ConflictException if its etag is another one by now
   */
  public Connection update(Connection connection, String... fields) {
    UpdateConnectionRequest.Builder request =
        UpdateConnectionRequest.newBuilder().setConnection(connection);
    if (fields.length > 0) {
      request.setUpdateMask(FieldMask.newBuilder().addAllPaths(Arrays.asList(fields)));
    }
    return update(request.build());
  }

  /**
   * {@return the connection as it is now}
   *
   * @param request the connection, and how to change it
   */
  public Connection update(UpdateConnectionRequest request) {
    return Caller.await(async.update(request));
  }

  /**
   * Deletes a connection that no event names, and its secrets.
   *
   * @param tag its tag
   * @throws NotFoundException if there is none
   * @throws FailedPreconditionException if events name it
   */
  public void delete(String tag) {
    delete(DeleteConnectionRequest.newBuilder().setTag(tag).build());
  }

  /**
   * Deletes a connection and its secrets.
   *
   * @param request which one, and whether also if events name it
   */
  public void delete(DeleteConnectionRequest request) {
    Caller.await(async.delete(request));
  }
}
