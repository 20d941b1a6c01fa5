package com.ductape.jobs;

import com.ductape.jobs.v1.CreateEventRequest;
import com.ductape.jobs.v1.DeleteEventRequest;
import com.ductape.jobs.v1.Event;
import com.ductape.jobs.v1.GetEventRequest;
import com.ductape.jobs.v1.ListEventsRequest;
import com.ductape.jobs.v1.ListEventsResponse;
import com.ductape.jobs.v1.TestEventRequest;
import com.ductape.jobs.v1.TestEventResponse;
import com.ductape.jobs.v1.UpdateEventRequest;
import com.google.protobuf.FieldMask;
import java.util.Arrays;

/**
 * The operations on events. The short forms take what is mostly needed; those that take a request
 * can say everything, and the protos, at EventService, are their manual and name their errors. All
 * block, and throw {@link JobsException}. Thread-safe.
 */
public final class Events {
  private final AsyncEvents async;

  Events(AsyncEvents async) {
    this.async = async;
  }

  /**
   * {@return the event as created}
   *
   * @param event its type, tag and target are required
   * @throws AlreadyExistsException if the product has an event of this type and tag
   * @throws InvalidRequestException if a field is missing or malformed
   */
  public Event create(Event event) {
    return create(CreateEventRequest.newBuilder().setEvent(event).build());
  }

  /**
   * {@return the event as created}
   *
   * @param request the event, and how to create it
   */
  public Event create(CreateEventRequest request) {
    return Caller.await(async.create(request));
  }

  /**
   * {@return the event}
   *
   * @param type its type
   * @param tag its tag
   * @throws NotFoundException if there is none
   */
  public Event get(Event.Type type, String tag) {
    return get(GetEventRequest.newBuilder().setEventType(type).setTag(tag).build());
  }

  /**
   * {@return the event}
   *
   * @param request which one
   */
  public Event get(GetEventRequest request) {
    return Caller.await(async.get(request));
  }

  /**
   * {@return what came of executing an event once, now} Not repeated when the answer is lost.
   *
   * @param request which one, and with what
   */
  public TestEventResponse test(TestEventRequest request) {
    return Caller.await(async.test(request));
  }

  /** {@return all events of the product} */
  public Pages<Event> list() {
    return list(ListEventsRequest.getDefaultInstance());
  }

  /**
   * {@return the events of a product}
   *
   * @param request which events, and how many a page; a page token begins there
   */
  public Pages<Event> list(ListEventsRequest request) {
    return new Pages<>(
        request.getPageToken(),
        token -> {
          ListEventsResponse page =
              Caller.await(async.list(request.toBuilder().setPageToken(token).build()));
          return new Page<>(page.getEventsList(), page.getNextPageToken());
        });
  }

  /**
   * {@return the event as it is now}
   *
   * @param event its type and tag say which one, the other fields are the new values; an etag is
   *     compared
   * @param fields names of the fields to set, as in the protos; none: those that are populated
   * @throws NotFoundException if there is no such event
   * @throws ConflictException if its etag is another one by now
   */
  public Event update(Event event, String... fields) {
    UpdateEventRequest.Builder request = UpdateEventRequest.newBuilder().setEvent(event);
    if (fields.length > 0) {
      request.setUpdateMask(FieldMask.newBuilder().addAllPaths(Arrays.asList(fields)));
    }
    return update(request.build());
  }

  /**
   * {@return the event as it is now}
   *
   * @param request the event, and how to change it
   */
  public Event update(UpdateEventRequest request) {
    return Caller.await(async.update(request));
  }

  /**
   * Deletes an event that no job executes.
   *
   * @param type its type
   * @param tag its tag
   * @throws NotFoundException if there is none
   * @throws FailedPreconditionException if jobs execute it
   */
  public void delete(Event.Type type, String tag) {
    delete(DeleteEventRequest.newBuilder().setEventType(type).setTag(tag).build());
  }

  /**
   * Deletes an event.
   *
   * @param request which one, and whether also if jobs execute it
   */
  public void delete(DeleteEventRequest request) {
    Caller.await(async.delete(request));
  }
}
