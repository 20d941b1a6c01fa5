import { X509Certificate } from 'node:crypto';
import { type ChannelCredentials, type ClientOptions, credentials } from '@grpc/grpc-js';
import { VERSION } from './generated/version.js';
import type { Settings, TlsOptions } from './options.js';

// A page ends at 3 MiB; room for what comes.
const MAX_MESSAGE_BYTES = 16 << 20;

/** Whether what is sent to the address stays on this machine. */
export function isLocalAddress(address: string): boolean {
  const name = address.replace(/^(dns:\/\/\/|dns:|ipv4:|ipv6:)/, '');
  if (name.startsWith('unix:') || name.startsWith('[::1]')) return true;
  const host = name.replace(/:[^:]*$/, '');
  // Four numbers, so that no host name like 127.example.com passes.
  return host === 'localhost' || /^127\.[0-9.]*$/.test(host);
}

function checkCertificates(pem: string | Buffer | undefined, name: string): Buffer | null {
  if (pem === undefined) return null;
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new TypeError(`${name} holds no certificate in PEM`, { cause });
  }
  return Buffer.from(pem);
}

function tlsCredentials(tls: TlsOptions): ChannelCredentials {
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw new TypeError('a client certificate and its key go together: set tls.cert and tls.key');
  }
  const ca = checkCertificates(tls.ca, 'tls.ca');
  const cert = checkCertificates(tls.cert, 'tls.cert');
  try {
    return credentials.createSsl(ca, tls.key === undefined ? null : Buffer.from(tls.key), cert);
  } catch (cause) {
    throw new TypeError('tls.key cannot be read, or is not the key of tls.cert', { cause });
  }
}

/** @throws TypeError if the settings contradict each other, or a certificate or key cannot be read. */
export function credentialsOf(settings: Settings): ChannelCredentials {
  if (!settings.address) throw new TypeError("the server's address is empty; it is host:port or unix:/path");
  if (settings.token && !settings.tls && !isLocalAddress(settings.address)) {
    throw new TypeError('a token is not sent in plaintext beyond this machine: use TLS');
  }
  return settings.tls ? tlsCredentials(settings.tls) : credentials.createInsecure();
}

export function channelOptionsOf(settings: Settings): Partial<ClientOptions> {
  const own = `ductape-jobs-node/${VERSION}`;
  return {
    'grpc.primary_user_agent': settings.userAgent ? `${settings.userAgent} ${own}` : own,
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    // Retries are made by call.ts, which knows what may be repeated.
    'grpc.enable_retries': 0,
    // A connection that is silent for so long is asked whether it is alive: a stream would not notice for a quarter of an hour.
    // The server allows a question every 10 s.
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 5_000,
    ...(settings.tls?.serverName ? { 'grpc.ssl_target_name_override': settings.tls.serverName } : {}),
  };
}
