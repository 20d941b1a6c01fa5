package com.ductape.jobs;

import com.ductape.jobs.v1.GetServerInfoResponse;

/**
 * The operations on the server itself. They block, and throw {@link JobsException}. Thread-safe.
 */
public final class Admin {
  private final AsyncAdmin async;

  Admin(AsyncAdmin async) {
    this.async = async;
  }

  /** {@return what the server is and how it stands} */
  public GetServerInfoResponse serverInfo() {
    return Caller.await(async.serverInfo());
  }
}
