package com.ductape.jobs;

import com.ductape.jobs.v1.AdminServiceGrpc;
import com.ductape.jobs.v1.GetServerInfoRequest;
import com.ductape.jobs.v1.GetServerInfoResponse;
import java.util.concurrent.CompletableFuture;

/**
 * The operations on the server itself, giving futures. A future fails with a {@link JobsException},
 * and is completed on a thread of gRPC, which must not be blocked. To cancel it cancels the call.
 * The requests are described in the protos, at AdminService. Thread-safe.
 */
public final class AsyncAdmin {
  private final Caller caller;

  AsyncAdmin(Caller caller) {
    this.caller = caller;
  }

  /** {@return what the server is and how it stands} */
  public CompletableFuture<GetServerInfoResponse> serverInfo() {
    return caller.call(
        AdminServiceGrpc.getGetServerInfoMethod(), GetServerInfoRequest.getDefaultInstance());
  }
}
