import type { Connection } from '../connection.js';
import {
  type CompleteRunsRequest,
  type CompleteRunsResponse,
  type LeaseRunsRequest,
  type LeaseRunsResponse,
  WorkerServiceDefinition,
} from '../generated/ductape/jobs/v1/worker.js';
import { type DeepPartial, methodsOf } from '../method.js';
import type { CallOptions } from '../options.js';

const methods = methodsOf(WorkerServiceDefinition);

/**
 * Runs taken by long poll, for programs that cannot hold a stream, such as functions that run for a short while. A
 * {@link Worker} is the better way everywhere else. Every method rejects with a {@link DuctapeError}.
 */
export class Leases {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Takes runs, or answers none when `wait` is over. Not repeated by the client once the server may have given runs away. */
  take(request: DeepPartial<LeaseRunsRequest>, options?: CallOptions): Promise<LeaseRunsResponse> {
    return this.#connection.call(methods.leaseRuns, request, options);
  }

  /** Returns results, extends the leases of others, and tells which runs to stop. */
  complete(request: DeepPartial<CompleteRunsRequest>, options?: CallOptions): Promise<CompleteRunsResponse> {
    return this.#connection.call(methods.completeRuns, request, options);
  }
}
