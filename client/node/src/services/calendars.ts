import type { Connection } from '../connection.js';
import {
  type Calendar,
  CalendarServiceDefinition,
  type CreateCalendarRequest,
  type DeleteCalendarRequest,
  type GetCalendarRequest,
  type ListCalendarsRequest,
  type ListCalendarsResponse,
  type UpdateCalendarRequest,
} from '../generated/ductape/jobs/v1/calendar.js';
import { type DeepPartial, methodsOf } from '../method.js';
import type { CallOptions } from '../options.js';
import { Pager } from '../pager.js';

const methods = methodsOf(CalendarServiceDefinition);

/** Calendars: named sets of times in which jobs are not due. Every method rejects with a {@link DuctapeError}. */
export class Calendars {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Creates a calendar. */
  create(request: DeepPartial<CreateCalendarRequest>, options?: CallOptions): Promise<Calendar> {
    return this.#connection.call(methods.createCalendar, request, options);
  }

  /** Gets one calendar. */
  get(request: DeepPartial<GetCalendarRequest>, options?: CallOptions): Promise<Calendar> {
    return this.#connection.call(methods.getCalendar, request, options);
  }

  /** Lists the calendars of a product, over all pages; `page_size` is that of each. */
  list(request: DeepPartial<ListCalendarsRequest> = {}, options?: CallOptions): Pager<Calendar> {
    return new Pager(async (page_token) => {
      const page = await this.listPage({ ...request, page_token }, options);
      return { items: page.calendars, next_page_token: page.next_page_token };
    }, request.page_token);
  }

  /** Lists one page of calendars. */
  listPage(request: DeepPartial<ListCalendarsRequest> = {}, options?: CallOptions): Promise<ListCalendarsResponse> {
    return this.#connection.call(methods.listCalendars, request, options);
  }

  /** Updates what the request's calendar holds, or what `update_mask` names. */
  update(request: DeepPartial<UpdateCalendarRequest>, options?: CallOptions): Promise<Calendar> {
    return this.#connection.call(methods.updateCalendar, request, options);
  }

  /** Deletes a calendar; while jobs name it, only with `force`. */
  async delete(request: DeepPartial<DeleteCalendarRequest>, options?: CallOptions): Promise<void> {
    await this.#connection.call(methods.deleteCalendar, request, options);
  }
}
