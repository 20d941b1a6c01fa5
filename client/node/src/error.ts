import { status, type ServiceError } from '@grpc/grpc-js';
import type { Any } from './generated/google/protobuf/any.js';
import { BadRequest, ErrorInfo, RetryInfo } from './generated/google/rpc/error_details.js';
import { Status } from './generated/google/rpc/status.js';

/** The name of a gRPC status code. */
export type StatusCode = Exclude<keyof typeof status, 'OK'>;

/** One field at fault. */
export interface FieldViolation {
  /** Its path from the request: `job.executions`. */
  field: string;
  /** What is wrong, and what would be right. */
  description: string;
}

/**
 * Why a call failed. What each reason means stands in the protos, at the method that gives it.
 *
 * A call that was ended by its `AbortSignal` rejects with the signal's reason instead.
 */
export class DuctapeError extends Error {
  override readonly name = 'DuctapeError';
  /** The gRPC status code by name: `NOT_FOUND`. */
  readonly code: StatusCode;
  /**
   * A stable word in capitals: `JOB_NOT_FOUND`. Empty if the error did not come from the service itself: the connection failed, or
   * the client's own timeout passed.
   */
  readonly reason: string;
  /** Whose reason it is: `jobs.ductape`. */
  readonly domain: string;
  /** The dynamic values of the message by name: `{ tag: 'example_job' }`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The fields at fault, of INVALID_ARGUMENT. */
  readonly fields: readonly FieldViolation[];
  /** How long the server asks to wait before a repetition, in milliseconds. Undefined: it does not say. */
  readonly retryDelay: number | undefined;

  constructor(message: string, details: Partial<DuctapeErrorDetails> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = details.code ?? 'UNKNOWN';
    this.reason = details.reason ?? '';
    this.domain = details.domain ?? '';
    this.metadata = details.metadata ?? {};
    this.fields = details.fields ?? [];
    this.retryDelay = details.retryDelay;
  }
}

/** What a {@link DuctapeError} tells besides its message. */
export interface DuctapeErrorDetails {
  code: StatusCode;
  reason: string;
  domain: string;
  metadata: Record<string, string>;
  fields: FieldViolation[];
  retryDelay: number;
}

const DETAILS_KEY = 'grpc-status-details-bin';

function readDetail(any: Any, into: Partial<DuctapeErrorDetails>): void {
  switch (any.type_url.slice(any.type_url.lastIndexOf('/') + 1)) {
    case 'google.rpc.ErrorInfo': {
      const { reason, domain, metadata } = ErrorInfo.decode(any.value);
      Object.assign(into, { reason, domain, metadata });
      break;
    }
    case 'google.rpc.BadRequest':
      into.fields = BadRequest.decode(any.value).field_violations.map(({ field, description }) => ({ field, description }));
      break;
    case 'google.rpc.RetryInfo': {
      const delay = RetryInfo.decode(any.value).retry_delay;
      if (delay) into.retryDelay = delay.seconds * 1000 + delay.nanos / 1e6;
      break;
    }
  }
}

/** The error that a failed gRPC call carries. Details that cannot be read are left out. */
export function errorOf(error: ServiceError): DuctapeError {
  const details: Partial<DuctapeErrorDetails> = { code: status[error.code] as StatusCode };
  try {
    const [packed] = error.metadata.get(DETAILS_KEY);
    if (Buffer.isBuffer(packed)) for (const any of Status.decode(packed).details) readDetail(any, details);
  } catch {
    // The code and the message still say what went wrong.
  }
  return new DuctapeError(error.details || error.message, details, { cause: error });
}
