import type { Hello, RunRef } from '../generated/ductape/jobs/v1/worker.js';

// Of the 1 MiB that the server receives at most. The rest of a hello takes up to 100 KiB: it is mostly the names of 100 queues.
const MAX_IN_FLIGHT_BYTES = 900 * 1024;
// Tags, lengths and the token of a reference.
const HEAD_BYTES = 13;

/** As many of the runs as a hello has room for. */
export function fitInFlight(runs: Iterable<RunRef>): RunRef[] {
  const fit: RunRef[] = [];
  let bytes = 0;
  for (const run of runs) {
    bytes += HEAD_BYTES + run.run_id.length;
    if (bytes > MAX_IN_FLIGHT_BYTES) break;
    fit.push(run);
  }
  return fit;
}

/** What a worker says of itself, in the terms of the API. */
export interface Introduction {
  product: string;
  worker: string;
  session_id: string;
  queues: string[];
  max_in_flight: number;
  /** Milliseconds. */
  lease: number;
  /** The runs in hand: done but not acknowledged, then under way. Done is worth more than begun. */
  runs: Iterable<RunRef>;
}

export function helloOf({ lease, runs, ...rest }: Introduction): Hello {
  return {
    ...rest,
    max_in_flight: Math.max(rest.max_in_flight, 1),
    lease: { seconds: Math.floor(lease / 1000), nanos: (lease % 1000) * 1e6 },
    in_flight: fitInFlight(runs),
  };
}
