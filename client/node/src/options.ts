/** TLS towards the server. Certificates and keys are PEM text, as `fs.readFileSync` gives it. */
export interface TlsOptions {
  /** Whom to trust. Unset: the authorities that Node.js trusts. */
  ca?: string | Buffer;
  /** The client's own certificate (mTLS), for servers that ask for one. Only with `key`. */
  cert?: string | Buffer;
  /** The key of `cert`. */
  key?: string | Buffer;
  /** The name that the server's certificate must carry, where it differs from the host called. */
  serverName?: string;
}

/**
 * How a call that may be repeated is repeated. The wait before retry n is `initialBackoff` x 2^(n-1), at most `maxBackoff`, of
 * which half is drawn; a longer wait that the server asks for is honoured. No retry outlives the call's timeout.
 */
export interface RetryOptions {
  /** How often a call is made at most, the first time included. 1 or less: no retries. Default: 4. */
  maxAttempts?: number;
  /** Milliseconds. Default: 100. */
  initialBackoff?: number;
  /** Milliseconds. Default: 5000. */
  maxBackoff?: number;
}

/** What a client is told once: where the server is, how to trust it and how patient to be. */
export interface DuctapeOptions {
  /**
   * `host:port`, `unix:/path`, or any name that gRPC resolves. Default: the environment variable `DUCTAPE_JOBS_ADDRESS`, else
   * `localhost:7420`.
   */
  address?: string;
  /** TLS. `true`: with the authorities that Node.js trusts. Unset: plaintext. */
  tls?: TlsOptions | boolean;
  /**
   * Sent as `authorization: Bearer <token>` with every call. A function is asked at each call and each stream of a worker, which end
   * with what it throws. Only with TLS, or to an address on this machine.
   */
  token?: string | (() => string);
  /** The product of requests that name none. Default: the server's default product. */
  product?: string;
  /** How long a call may take, all attempts and waits together, where it does not say: milliseconds. Default: 30000. */
  timeout?: number;
  /** Retries. */
  retry?: RetryOptions;
  /** Put before the library's own name in the user agent: `billing/2.3`. */
  userAgent?: string;
}

/** What one call wants otherwise than the client's options. */
export interface CallOptions {
  /** How long the call may take, all attempts and waits together: milliseconds. */
  timeout?: number;
  /** Ends the call when it is aborted; the call then rejects with `signal.reason`. The outcome of a changing call is unknown then. */
  signal?: AbortSignal;
  /** Sent with every attempt. Keys are in lower case. */
  metadata?: Record<string, string>;
}

/** The options with their defaults. */
export interface Settings {
  address: string;
  tls: TlsOptions | undefined;
  token: string | (() => string);
  product: string;
  timeout: number;
  retry: Required<RetryOptions>;
  userAgent: string;
}

export function settingsOf(options: DuctapeOptions): Settings {
  return {
    address: options.address ?? (process.env['DUCTAPE_JOBS_ADDRESS'] || 'localhost:7420'),
    tls: options.tls === true ? {} : options.tls || undefined,
    token: options.token ?? '',
    product: options.product ?? '',
    timeout: options.timeout ?? 30_000,
    retry: {
      maxAttempts: options.retry?.maxAttempts ?? 4,
      initialBackoff: options.retry?.initialBackoff ?? 100,
      maxBackoff: options.retry?.maxBackoff ?? 5_000,
    },
    userAgent: options.userAgent ?? '',
  };
}
