package com.ductape.jobs;

import com.ductape.jobs.v1.CreateEventRequest;
import com.ductape.jobs.v1.DeleteEventRequest;
import com.ductape.jobs.v1.Event;
import com.ductape.jobs.v1.EventServiceGrpc;
import com.ductape.jobs.v1.GetEventRequest;
import com.ductape.jobs.v1.ListEventsRequest;
import com.ductape.jobs.v1.ListEventsResponse;
import com.ductape.jobs.v1.TestEventRequest;
import com.ductape.jobs.v1.TestEventResponse;
import com.ductape.jobs.v1.UpdateEventRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The operations on events, giving futures. A future fails with a {@link JobsException}, and is
 * completed on a thread of gRPC, which must not be blocked. To cancel it cancels the call. The
 * requests are described in the protos, at EventService. Thread-safe.
 */
public final class AsyncEvents {
  private final Caller caller;

  AsyncEvents(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return the event as created}
   *
   * @param request as EventService.CreateEvent of the protos describes it
   */
  public CompletableFuture<Event> create(CreateEventRequest request) {
    return caller.call(EventServiceGrpc.getCreateEventMethod(), request);
  }

  /**
   * {@return the event}
   *
   * @param request as EventService.GetEvent of the protos describes it
   */
  public CompletableFuture<Event> get(GetEventRequest request) {
    return caller.call(EventServiceGrpc.getGetEventMethod(), request);
  }

  /**
   * {@return one page of events, as the request names it}
   *
   * @param request as EventService.ListEvents of the protos describes it
   */
  public CompletableFuture<ListEventsResponse> list(ListEventsRequest request) {
    return caller.call(EventServiceGrpc.getListEventsMethod(), request);
  }

  /**
   * {@return what came of executing an event once, now} Not repeated when the answer is lost.
   *
   * @param request as EventService.TestEvent of the protos describes it
   */
  public CompletableFuture<TestEventResponse> test(TestEventRequest request) {
    return caller.call(EventServiceGrpc.getTestEventMethod(), request);
  }

  /**
   * {@return the event as it is now}
   *
   * @param request as EventService.UpdateEvent of the protos describes it
   */
  public CompletableFuture<Event> update(UpdateEventRequest request) {
    return caller.call(EventServiceGrpc.getUpdateEventMethod(), request);
  }

  /**
   * {@return when it is done}
   *
   * @param request as EventService.DeleteEvent of the protos describes it
   */
  public CompletableFuture<Void> delete(DeleteEventRequest request) {
    return caller.call(EventServiceGrpc.getDeleteEventMethod(), request).thenApply(empty -> null);
  }
}
