package com.ductape.jobs;

import com.ductape.jobs.v1.Connection;
import com.ductape.jobs.v1.ConnectionServiceGrpc;
import com.ductape.jobs.v1.CreateConnectionRequest;
import com.ductape.jobs.v1.DeleteConnectionRequest;
import com.ductape.jobs.v1.GetConnectionRequest;
import com.ductape.jobs.v1.ListConnectionsRequest;
import com.ductape.jobs.v1.ListConnectionsResponse;
import com.ductape.jobs.v1.TestConnectionRequest;
import com.ductape.jobs.v1.TestConnectionResponse;
import com.ductape.jobs.v1.UpdateConnectionRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The operations on connections, giving futures. A future fails with a {@link JobsException}, and
 * is completed on a thread of gRPC, which must not be blocked. To cancel it cancels the call. The
 * requests are described in the protos, at ConnectionService. Thread-safe.
 */
public final class AsyncConnections {
  private final Caller caller;

  AsyncConnections(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return the connection as created}
   *
   * @param request as ConnectionService.CreateConnection of the protos describes it
   */
  public CompletableFuture<Connection> create(CreateConnectionRequest request) {
    return caller.call(ConnectionServiceGrpc.getCreateConnectionMethod(), request);
  }

  /**
   * {@return the connection}
   *
   * @param request as ConnectionService.GetConnection of the protos describes it
   */
  public CompletableFuture<Connection> get(GetConnectionRequest request) {
    return caller.call(ConnectionServiceGrpc.getGetConnectionMethod(), request);
  }

  /**
   * {@return one page of connections, as the request names it}
   *
   * @param request as ConnectionService.ListConnections of the protos describes it
   */
  public CompletableFuture<ListConnectionsResponse> list(ListConnectionsRequest request) {
    return caller.call(ConnectionServiceGrpc.getListConnectionsMethod(), request);
  }

  /**
   * {@return what came of testing a connection}
   *
   * @param request as ConnectionService.TestConnection of the protos describes it
   */
  public CompletableFuture<TestConnectionResponse> test(TestConnectionRequest request) {
    return caller.call(ConnectionServiceGrpc.getTestConnectionMethod(), request);
  }

  /**
   * {@return the connection as it is now}
   *
   * @param request as ConnectionService.UpdateConnection of the protos describes it
   */
  public CompletableFuture<Connection> update(UpdateConnectionRequest request) {
    return caller.call(ConnectionServiceGrpc.getUpdateConnectionMethod(), request);
  }

  /**
   * {@return when it is done}
   *
   * @param request as ConnectionService.DeleteConnection of the protos describes it
   */
  public CompletableFuture<Void> delete(DeleteConnectionRequest request) {
    return caller
        .call(ConnectionServiceGrpc.getDeleteConnectionMethod(), request)
        .thenApply(empty -> null);
  }
}
