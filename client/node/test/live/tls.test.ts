import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ductape, type TlsOptions } from '../../src/index.js';
import { Server } from './server.js';

const server = new Server();
const file = (name: string) => join(server.directory, name);

function makeCertificate(name: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file(`${name}.pem`), '-days', '2', ...subject], { stdio: 'ignore' });
}

const pem = (name: string) => readFileSync(file(name));

before(async () => {
  for (const name of ['server', 'client', 'other']) makeCertificate(name);
  await server.start('--tls-cert', file('server.pem'), '--tls-key', file('server.key'), '--tls-client-ca', file('client.pem'));
});

after(() => server.stop());

function infoOf(tls: TlsOptions | undefined) {
  const ductape = new Ductape({ address: server.address, tls, token: 'some.token', retry: { maxAttempts: 1 } });
  return ductape.admin.getServerInfo({ timeout: 10_000 }).finally(() => ductape.close());
}

test('both sides are known to each other', async () => {
  const info = await infoOf({ ca: pem('server.pem'), cert: pem('client.pem'), key: pem('client.key') });
  assert.equal(info.default_product, 'default');
});

test('the name of the certificate can be told', async () => {
  const tls = { ca: pem('server.pem'), cert: pem('client.pem'), key: pem('client.key') };
  assert.ok((await infoOf({ ...tls, serverName: 'localhost' })).version);
  await assert.rejects(infoOf({ ...tls, serverName: 'elsewhere' }), { code: 'UNAVAILABLE' });
});

test('a stranger is refused, on either side', async () => {
  await assert.rejects(infoOf({ ca: pem('server.pem') }), { code: 'UNAVAILABLE' });
  await assert.rejects(infoOf({ ca: pem('server.pem'), cert: pem('other.pem'), key: pem('other.key') }), { code: 'UNAVAILABLE' });
  await assert.rejects(infoOf({ ca: pem('other.pem'), cert: pem('client.pem'), key: pem('client.key') }), {
    code: 'UNAVAILABLE',
  });
  await assert.rejects(infoOf(undefined), { code: 'UNAVAILABLE' });
});

test('a key of another certificate is refused beforehand', () => {
  assert.throws(() => new Ductape({ tls: { cert: pem('client.pem'), key: pem('other.key') } }), /not the key of tls\.cert/);
});
