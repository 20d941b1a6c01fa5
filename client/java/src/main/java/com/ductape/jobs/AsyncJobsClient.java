package com.ductape.jobs;

/** The operations of a {@link JobsClient}, giving futures. Thread-safe. */
public final class AsyncJobsClient {
  private final AsyncJobs jobs;
  private final AsyncEvents events;
  private final AsyncRuns runs;
  private final AsyncCalendars calendars;
  private final AsyncConnections connections;
  private final AsyncLeases leases;
  private final AsyncAdmin admin;

  AsyncJobsClient(Caller caller) {
    jobs = new AsyncJobs(caller);
    events = new AsyncEvents(caller);
    runs = new AsyncRuns(caller);
    calendars = new AsyncCalendars(caller);
    connections = new AsyncConnections(caller);
    leases = new AsyncLeases(caller);
    admin = new AsyncAdmin(caller);
  }

  /** {@return the operations on jobs} */
  public AsyncJobs jobs() {
    return jobs;
  }

  /** {@return the operations on events} */
  public AsyncEvents events() {
    return events;
  }

  /** {@return the operations on runs} */
  public AsyncRuns runs() {
    return runs;
  }

  /** {@return the operations on calendars} */
  public AsyncCalendars calendars() {
    return calendars;
  }

  /** {@return the operations on connections} */
  public AsyncConnections connections() {
    return connections;
  }

  /** {@return runs by long poll} */
  public AsyncLeases leases() {
    return leases;
  }

  /** {@return the operations on the server itself} */
  public AsyncAdmin admin() {
    return admin;
  }
}
