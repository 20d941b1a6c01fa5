import assert from 'node:assert/strict';
import test from 'node:test';
import { Delivery } from '../../src/api.js';
import { NonRetryableError, ReleaseRun, RunError } from '../../src/index.js';
import { failure, fitCode, success } from '../../src/worker/outcome.js';
import { WorkerRun } from '../../src/worker/run.js';

function newRun(input = ''): WorkerRun {
  return new WorkerRun(
    Delivery.fromPartial({ run: { run_id: '0000000000208-1', token: 2 ** 33 + 1 }, input: Buffer.from(input) }),
  );
}

test('outputs become bytes', () => {
  const text = (output: Parameters<typeof success>[1]) => success(newRun(), output).output?.toString();
  assert.equal(text('grüße'), 'grüße');
  assert.equal(text(undefined), '');
  assert.equal(text(null), 'null');
  assert.equal(text({ a: [1, 'x'] }), '{"a":[1,"x"]}');
  assert.equal(text(new Uint8Array([104, 105])), 'hi');
  assert.equal(text(Buffer.from('hi')), 'hi');
  assert.equal(success(newRun(), 'x'.repeat(100_000)).output?.length, 8192);
});

test('a result names the delivery', () => {
  assert.deepEqual(success(newRun(), '').run, { run_id: '0000000000208-1', token: 2 ** 33 + 1 });
});

test('any error is a failure that the retry policy may retry', () => {
  const { failure: error } = failure(newRun(), new TypeError('broken'));
  assert.deepEqual(error, { code: 'HANDLER_ERROR', message: 'broken', retryable: true, status: 0 });
  assert.equal(failure(newRun(), 'thrown text').failure?.message, 'thrown text');
});

test('an error of the library says more', () => {
  const result = failure(newRun(), new RunError('later', { code: 'not yet', retryAfter: 1500, status: 503 }));
  assert.deepEqual(result.failure, { code: 'NOT_YET', message: 'later', retryable: undefined, status: 503 });
  assert.deepEqual(result.retry_after, { seconds: 1, nanos: 500_000_000 });
  assert.equal(failure(newRun(), new NonRetryableError('never')).failure?.retryable, false);
  assert.ok(failure(newRun(), new ReleaseRun()).released);
});

test('a cancelled run ends as such, unless the handler says otherwise', () => {
  const run = newRun();
  run.cancel('REQUESTED');
  assert.ok(failure(run, run.signal.reason).cancelled);
  assert.ok(failure(run, new Error('any')).cancelled);
  assert.equal(failure(run, new RunError('really')).failure?.code, 'FAILED');
});

test('a run that only its worker was asked to stop is given back', () => {
  const run = newRun();
  run.cancel('STOPPED');
  assert.ok(failure(run, run.signal.reason).released);
});

test('codes are made to fit', () => {
  assert.equal(fitCode('out-of stock'), 'OUT_OF_STOCK');
  assert.equal(fitCode('404'), 'E_404');
  assert.equal(fitCode(''), 'E_');
  assert.equal(fitCode('x'.repeat(100)).length, 64);
});

test('the input is read as JSON', () => {
  assert.deepEqual(newRun('{"a":[1]}').input, { a: [1] });
  assert.deepEqual(newRun().input, {});
});

test('the first reason of a cancel counts, before and after the signal is asked for', () => {
  const early = newRun();
  early.cancel('TIMEOUT');
  early.cancel('STOPPED');
  assert.equal(early.signal.aborted, true);
  assert.equal((early.signal.reason as { reason: string }).reason, 'TIMEOUT');
  const late = newRun();
  const { signal } = late;
  assert.equal(signal.aborted, false);
  late.cancel('DELETED');
  assert.equal(signal.aborted, true);
  assert.equal(late.cancelled?.reason, 'DELETED');
});
