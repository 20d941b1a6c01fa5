import type { Duration } from './generated/google/protobuf/duration.js';

/** So many milliseconds as a Duration of the API: `{ attempt_timeout: duration(1500) }`. */
export function duration(milliseconds: number): Duration {
  const seconds = Math.trunc(milliseconds / 1000);
  return { seconds, nanos: Math.round((milliseconds - seconds * 1000) * 1e6) };
}

/** A Duration of the API in milliseconds. */
export function milliseconds(duration: Duration): number {
  return duration.seconds * 1000 + duration.nanos / 1e6;
}
