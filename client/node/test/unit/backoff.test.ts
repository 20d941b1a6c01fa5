import assert from 'node:assert/strict';
import test from 'node:test';
import { backoff } from '../../src/backoff.js';

const retry = { maxAttempts: 4, initialBackoff: 100, maxBackoff: 1000 };

test('the wait doubles up to its bound', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 60].map((number) => backoff(retry, number, 0, 1)),
    [100, 200, 400, 800, 1000, 1000],
  );
});

test('half of the wait is drawn', () => {
  assert.equal(backoff(retry, 1, 0, 0), 50);
  for (let i = 0; i < 100; ++i) {
    const wait = backoff(retry, 2);
    assert.ok(wait >= 100 && wait < 200, String(wait));
  }
});

test('a longer wait that the server asks for is honoured', () => {
  assert.equal(backoff(retry, 1, 5000, 0.5), 5000);
  assert.equal(backoff(retry, 1, 10, 1), 100);
});
