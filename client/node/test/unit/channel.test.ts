import assert from 'node:assert/strict';
import test from 'node:test';
import { Ductape } from '../../src/index.js';
import { isLocalAddress } from '../../src/channel.js';

test('which addresses are on this machine', () => {
  for (const address of [
    'localhost:1',
    'dns:///localhost:1',
    '127.0.0.1:1',
    '127.1.2.3:1',
    '[::1]:1',
    'unix:/run/jobs',
    'ipv6:[::1]:1',
  ]) {
    assert.ok(isLocalAddress(address), address);
  }
  for (const address of ['example.com:1', '127.example.com:1', 'localhost.example.com:1', '10.0.0.1:1', '[::2]:1']) {
    assert.ok(!isLocalAddress(address), address);
  }
});

test('a token is not sent in plaintext beyond this machine', () => {
  assert.throws(() => new Ductape({ address: 'example.com:7420', token: 'secret' }), /use TLS/);
  new Ductape({ address: 'localhost:7420', token: 'secret' }).close();
  new Ductape({ address: 'example.com:7420', token: 'secret', tls: true }).close();
});

test('what cannot be meant is refused', () => {
  assert.throws(() => new Ductape({ address: '' }), /address is empty/);
  assert.throws(() => new Ductape({ tls: { cert: 'x' } }), /go together/);
  assert.throws(() => new Ductape({ tls: { ca: 'no certificate' } }), /tls\.ca holds no certificate/);
});
