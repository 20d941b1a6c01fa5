import type { RetryOptions } from './options.js';

/**
 * The wait before retry `number` (1 is the first), in milliseconds.
 *
 * @param askedFor what the server asks for, in milliseconds
 * @param draw in [0, 1)
 */
export function backoff(retry: Required<RetryOptions>, number: number, askedFor = 0, draw: number = Math.random()): number {
  const full = Math.min(retry.maxBackoff, retry.initialBackoff * 2 ** (number - 1));
  return Math.max(full / 2 + (full / 2) * draw, askedFor);
}
