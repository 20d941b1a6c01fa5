package com.ductape.jobs;

import com.ductape.jobs.v1.Calendar;
import com.ductape.jobs.v1.CalendarServiceGrpc;
import com.ductape.jobs.v1.CreateCalendarRequest;
import com.ductape.jobs.v1.DeleteCalendarRequest;
import com.ductape.jobs.v1.GetCalendarRequest;
import com.ductape.jobs.v1.ListCalendarsRequest;
import com.ductape.jobs.v1.ListCalendarsResponse;
import com.ductape.jobs.v1.UpdateCalendarRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The operations on calendars, giving futures. A future fails with a {@link JobsException}, and is
 * completed on a thread of gRPC, which must not be blocked. To cancel it cancels the call. The
 * requests are described in the protos, at CalendarService. Thread-safe.
 */
public final class AsyncCalendars {
  private final Caller caller;

  AsyncCalendars(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return the calendar as created}
   *
   * @param request as CalendarService.CreateCalendar of the protos describes it
   */
  public CompletableFuture<Calendar> create(CreateCalendarRequest request) {
    return caller.call(CalendarServiceGrpc.getCreateCalendarMethod(), request);
  }

  /**
   * {@return the calendar}
   *
   * @param request as CalendarService.GetCalendar of the protos describes it
   */
  public CompletableFuture<Calendar> get(GetCalendarRequest request) {
    return caller.call(CalendarServiceGrpc.getGetCalendarMethod(), request);
  }

  /**
   * {@return one page of calendars, as the request names it}
   *
   * @param request as CalendarService.ListCalendars of the protos describes it
   */
  public CompletableFuture<ListCalendarsResponse> list(ListCalendarsRequest request) {
    return caller.call(CalendarServiceGrpc.getListCalendarsMethod(), request);
  }

  /**
   * {@return the calendar as it is now}
   *
   * @param request as CalendarService.UpdateCalendar of the protos describes it
   */
  public CompletableFuture<Calendar> update(UpdateCalendarRequest request) {
    return caller.call(CalendarServiceGrpc.getUpdateCalendarMethod(), request);
  }

  /**
   * {@return when it is done}
   *
   * @param request as CalendarService.DeleteCalendar of the protos describes it
   */
  public CompletableFuture<Void> delete(DeleteCalendarRequest request) {
    return caller
        .call(CalendarServiceGrpc.getDeleteCalendarMethod(), request)
        .thenApply(empty -> null);
  }
}
