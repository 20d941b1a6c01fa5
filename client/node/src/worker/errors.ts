/** What a handler tells of a failure besides its message. */
export interface RunErrorOptions extends ErrorOptions {
  /**
   * The class of the error, such as `UNAVAILABLE`, or a code of your own: A-Z, 0-9 and `_`, at most 64 characters; anything else is
   * made to fit. Default: `FAILED`.
   */
  code?: string;
  /** Whether to retry, where the retry policy does not name the code. Unset: the class of `code` decides; one of your own is not. */
  retryable?: boolean;
  /** Wait at least this long before the next attempt: milliseconds. */
  retryAfter?: number;
  /** The number that the target itself gave, an HTTP status for example. */
  status?: number;
}

/**
 * Thrown by a handler: the run failed, and why. Other errors that it throws are failures with the code `HANDLER_ERROR`, which are
 * retried as the retry policy of the job or event says; without one there are no retries.
 */
export class RunError extends Error {
  override readonly name: string = 'RunError';
  readonly code: string;
  readonly retryable: boolean | undefined;
  readonly retryAfter: number | undefined;
  readonly status: number;

  /** @param message for people; the first 1 KiB are kept */
  constructor(message: string, options: RunErrorOptions = {}) {
    super(message, options);
    this.code = options.code ?? 'FAILED';
    this.retryable = options.retryable;
    this.retryAfter = options.retryAfter;
    this.status = options.status ?? 0;
  }
}

/** Thrown by a handler: the run failed, and must not be retried unless the retry policy names its code. */
export class NonRetryableError extends RunError {
  override readonly name = 'NonRetryableError';

  constructor(message: string, options: Omit<RunErrorOptions, 'retryable' | 'retryAfter'> = {}) {
    super(message, { ...options, retryable: false });
  }
}

/**
 * Thrown by a handler: it did not execute the run and gives it back. The run is delivered again, to any worker, and not charged to
 * its retries.
 */
export class ReleaseRun extends Error {
  override readonly name = 'ReleaseRun';

  constructor(message = 'the run is given back') {
    super(message);
  }
}

/**
 * The reason of a run's signal: the run is to be stopped. `fetch` and other functions that take the signal reject with it, and a
 * handler that lets it through ends as cancelled.
 */
export class RunCancelled extends Error {
  override readonly name = 'AbortError';
  /**
   * REQUESTED (by a call), DELETED (its job), TIMEOUT (the attempt took too long), STALE_TOKEN (it is no longer this worker's),
   * STOPPED (by Worker.stop).
   */
  readonly reason: string;

  /** @internal */
  constructor(reason: string) {
    super(`the run was cancelled: ${reason}`);
    this.reason = reason;
  }
}
