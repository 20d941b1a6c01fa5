import type { Connection } from '../connection.js';
import {
  type CreateEventRequest,
  type DeleteEventRequest,
  type Event,
  EventServiceDefinition,
  type GetEventRequest,
  type ListEventsRequest,
  type ListEventsResponse,
  type TestEventRequest,
  type TestEventResponse,
  type UpdateEventRequest,
} from '../generated/ductape/jobs/v1/event.js';
import { type DeepPartial, methodsOf } from '../method.js';
import type { CallOptions } from '../options.js';
import { Pager } from '../pager.js';

const methods = methodsOf(EventServiceDefinition);

/** Events: what a run does, and where it is delivered. Every method rejects with a {@link DuctapeError}. */
export class Events {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Creates an event. */
  create(request: DeepPartial<CreateEventRequest>, options?: CallOptions): Promise<Event> {
    return this.#connection.call(methods.createEvent, request, options);
  }

  /** Gets one event. */
  get(request: DeepPartial<GetEventRequest>, options?: CallOptions): Promise<Event> {
    return this.#connection.call(methods.getEvent, request, options);
  }

  /** Lists the events of a product, over all pages; `page_size` is that of each. */
  list(request: DeepPartial<ListEventsRequest> = {}, options?: CallOptions): Pager<Event> {
    return new Pager(async (page_token) => {
      const page = await this.listPage({ ...request, page_token }, options);
      return { items: page.events, next_page_token: page.next_page_token };
    }, request.page_token);
  }

  /** Lists one page of events. */
  listPage(request: DeepPartial<ListEventsRequest> = {}, options?: CallOptions): Promise<ListEventsResponse> {
    return this.#connection.call(methods.listEvents, request, options);
  }

  /** Executes an event once, now; that the target failed is in the answer. Not repeated when the answer is lost. */
  test(request: DeepPartial<TestEventRequest>, options?: CallOptions): Promise<TestEventResponse> {
    return this.#connection.call(methods.testEvent, request, options);
  }

  /** Updates what the request's event holds, or what `update_mask` names. */
  update(request: DeepPartial<UpdateEventRequest>, options?: CallOptions): Promise<Event> {
    return this.#connection.call(methods.updateEvent, request, options);
  }

  /** Deletes an event; while jobs name it, only with `force`. */
  async delete(request: DeepPartial<DeleteEventRequest>, options?: CallOptions): Promise<void> {
    await this.#connection.call(methods.deleteEvent, request, options);
  }
}
