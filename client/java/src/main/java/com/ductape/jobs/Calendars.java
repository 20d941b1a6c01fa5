package com.ductape.jobs;

import com.ductape.jobs.v1.Calendar;
import com.ductape.jobs.v1.CreateCalendarRequest;
import com.ductape.jobs.v1.DeleteCalendarRequest;
import com.ductape.jobs.v1.GetCalendarRequest;
import com.ductape.jobs.v1.ListCalendarsRequest;
import com.ductape.jobs.v1.ListCalendarsResponse;
import com.ductape.jobs.v1.UpdateCalendarRequest;
import com.google.protobuf.FieldMask;
import java.util.Arrays;

/**
 * The operations on calendars: times in which jobs that name them are not due. The short forms take
 * what is mostly needed; those that take a request can say everything, and the protos, at
 * CalendarService, are their manual and name their errors. All block, and throw {@link
 * JobsException}. Thread-safe.
 */
public final class Calendars {
  private final AsyncCalendars async;

  Calendars(AsyncCalendars async) {
    this.async = async;
  }

  /**
   * {@return the calendar as created}
   *
   * @param calendar its tag is required
   * @throws AlreadyExistsException if the product has a calendar with this tag
   * @throws InvalidRequestException if a field is missing or malformed
   */
  public Calendar create(Calendar calendar) {
    return create(CreateCalendarRequest.newBuilder().setCalendar(calendar).build());
  }

  /**
   * {@return the calendar as created}
   *
   * @param request the calendar, and how to create it
   */
  public Calendar create(CreateCalendarRequest request) {
    return Caller.await(async.create(request));
  }

  /**
   * {@return the calendar}
   *
   * @param tag its tag
   * @throws NotFoundException if there is none
   */
  public Calendar get(String tag) {
    return get(GetCalendarRequest.newBuilder().setTag(tag).build());
  }

  /**
   * {@return the calendar}
   *
   * @param request which one
   */
  public Calendar get(GetCalendarRequest request) {
    return Caller.await(async.get(request));
  }

  /** {@return all calendars of the product} */
  public Pages<Calendar> list() {
    return list(ListCalendarsRequest.getDefaultInstance());
  }

  /**
   * {@return the calendars of a product}
   *
   * @param request which calendars, and how many a page; a page token begins there
   */
  public Pages<Calendar> list(ListCalendarsRequest request) {
    return new Pages<>(
        request.getPageToken(),
        token -> {
          ListCalendarsResponse page =
              Caller.await(async.list(request.toBuilder().setPageToken(token).build()));
          return new Page<>(page.getCalendarsList(), page.getNextPageToken());
        });
  }

  /**
   * {@return the calendar as it is now}
   *
   * @param calendar its tag says which one, the other fields are the new values; an etag is
   *     compared
   * @param fields names of the fields to set, as in the protos; none: those that are populated
   * @throws NotFoundException if there is no such calendar
   * @throws ConflictException if its etag is another one by now
   */
  public Calendar update(Calendar calendar, String... fields) {
    UpdateCalendarRequest.Builder request =
        UpdateCalendarRequest.newBuilder().setCalendar(calendar);
    if (fields.length > 0) {
      request.setUpdateMask(FieldMask.newBuilder().addAllPaths(Arrays.asList(fields)));
    }
    return update(request.build());
  }

  /**
   * {@return the calendar as it is now}
   *
   * @param request the calendar, and how to change it
   */
  public Calendar update(UpdateCalendarRequest request) {
    return Caller.await(async.update(request));
  }

  /**
   * Deletes a calendar that no job names.
   *
   * @param tag its tag
   * @throws NotFoundException if there is none
   * @throws FailedPreconditionException if jobs name it
   */
  public void delete(String tag) {
    delete(DeleteCalendarRequest.newBuilder().setTag(tag).build());
  }

  /**
   * Deletes a calendar.
   *
   * @param request which one, and whether also if jobs name it
   */
  public void delete(DeleteCalendarRequest request) {
    Caller.await(async.delete(request));
  }
}
