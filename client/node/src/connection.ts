import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientDuplexStream, type ServiceError, Metadata } from '@grpc/grpc-js';
import { backoff } from './backoff.js';
import { channelOptionsOf, credentialsOf } from './channel.js';
import { DuctapeError, errorOf } from './error.js';
import { fillProduct, fillRequestId, mayRepeat } from './idempotency.js';
import { type DeepPartial, type Method, serialize } from './method.js';
import type { CallOptions, Settings } from './options.js';

/**
 * Whether a failed call is repeated:
 * - what the server refused before it acted and answered with RetryInfo: RESOURCE_EXHAUSTED or UNAVAILABLE. Of any call.
 * - of a call that may be repeated besides: UNAVAILABLE without RetryInfo (the connection was lost), and ABORTED,
 *   REQUEST_IN_PROGRESS (an earlier attempt is still under way).
 */
export function isRepeated(error: DuctapeError, safe: boolean): boolean {
  switch (error.code) {
    case 'RESOURCE_EXHAUSTED':
      return error.retryDelay !== undefined;
    case 'UNAVAILABLE':
      return error.retryDelay !== undefined || safe;
    case 'ABORTED':
      return error.reason === 'REQUEST_IN_PROGRESS' && safe;
    default:
      return false;
  }
}

/** The channel to the server, and how calls are made on it. */
export class Connection {
  readonly #client: Client;

  constructor(readonly settings: Settings) {
    this.#client = new Client(settings.address, credentialsOf(settings), channelOptionsOf(settings));
  }

  /** One logical call: as many attempts as it takes and may take. */
  async call<Request, Response>(
    method: Method<Request, Response>,
    input: DeepPartial<Request>,
    options: CallOptions = {},
  ): Promise<Response> {
    const request = method.requestType.fromPartial(input);
    fillProduct(request as object, this.settings.product);
    fillRequestId(request as object);
    const bytes = serialize(method.requestType, request);
    const safe = mayRepeat(method.name, request as object);
    const { retry } = this.settings;
    const deadline = Date.now() + (options.timeout ?? this.settings.timeout);
    for (let number = 1; ; ++number) {
      options.signal?.throwIfAborted();
      try {
        return await this.#attempt(method, bytes, deadline, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!(error instanceof DuctapeError) || number >= retry.maxAttempts || !isRepeated(error, safe)) throw error;
        const wait = backoff(retry, number, error.retryDelay);
        // A wait beyond the deadline would only hide what went wrong.
        if (Date.now() + wait >= deadline) throw error;
        // An abort is seen at the head of the loop, which knows its reason.
        await sleep(wait, undefined, { signal: options.signal }).catch(() => undefined);
      }
    }
  }

  #attempt<Request, Response>(
    method: Method<Request, Response>,
    bytes: Buffer,
    deadline: number,
    options: CallOptions,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        method.path,
        (request: Buffer) => request,
        (response: Buffer) => method.responseType.decode(response),
        bytes,
        this.#metadata(options.metadata),
        { deadline },
        (error: ServiceError | null, response?: Response) => {
          options.signal?.removeEventListener('abort', cancel);
          if (error) reject(errorOf(error));
          else resolve(response as Response);
        },
      );
      const cancel = () => call.cancel();
      options.signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Opens a stream in both directions, without a deadline. */
  stream<Request, Response>(method: Method<Request, Response>): ClientDuplexStream<Request, Response> {
    return this.#client.makeBidiStreamRequest(
      method.path,
      (request: Request) => serialize(method.requestType, request),
      (response: Buffer) => method.responseType.decode(response),
      this.#metadata(),
    );
  }

  #metadata(entries: Record<string, string> = {}): Metadata {
    const metadata = new Metadata();
    const { token } = this.settings;
    const bearer = typeof token === 'function' ? token() : token;
    if (bearer) metadata.set('authorization', `Bearer ${bearer}`);
    for (const [key, value] of Object.entries(entries)) metadata.add(key, value);
    return metadata;
  }

  close(): void {
    this.#client.close();
  }
}
