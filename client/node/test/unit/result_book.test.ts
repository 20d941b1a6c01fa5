import assert from 'node:assert/strict';
import test from 'node:test';
import { Result, WorkRequest } from '../../src/api.js';
import { fitInFlight } from '../../src/worker/hello.js';
import { ResultBook, sizeBound } from '../../src/worker/result_book.js';

function result(number: number, output = ''): Result {
  return Result.fromPartial({ run: { run_id: `0000000000208-${number}`, token: number }, output: Buffer.from(output) });
}

function bookOf(count: number, output = ''): ResultBook {
  const book = new ResultBook();
  for (let i = 1; i <= count; ++i) book.add(result(i, output));
  return book;
}

test('results go in order, in numbered batches, until they are acknowledged', () => {
  const book = bookOf(2);
  const first = book.next();
  assert.deepEqual([first.sequence, first.results.length, book.hasUnsent, book.empty], [1, 2, false, false]);
  book.add(result(3));
  assert.equal(book.next().sequence, 2);
  book.acknowledge(1);
  assert.equal(book.empty, false);
  book.acknowledge(2);
  assert.equal(book.empty, true);
});

test('a batch keeps to what the server takes', () => {
  const many = bookOf(20_000);
  assert.equal(many.next().results.length, 8000);
  const large = bookOf(200, 'x'.repeat(8192));
  const batch = large.next();
  assert.ok(batch.results.length > 40);
  assert.ok(WorkRequest.encode({ results: batch }).finish().length <= 512 * 1024);
});

test('a result that is too large for a batch goes alone', () => {
  const book = bookOf(2, 'x'.repeat(500 * 1024));
  assert.equal(book.next().results.length, 1);
});

test('the bound of a size holds', () => {
  for (const some of [
    result(1),
    result(2 ** 40, 'grüße'),
    Result.fromPartial({
      run: { run_id: '0000000000208-123456789', token: 2 ** 52 },
      failure: { code: 'X'.repeat(64), message: '✓'.repeat(1024), retryable: true, status: 2 ** 31 - 1 },
      retry_after: { seconds: 3e7, nanos: 999_999_999 },
    }),
  ]) {
    // 4: the tag and length of the result in its list.
    assert.ok(Result.encode(some).finish().length + 4 <= sizeBound(some));
  }
});

test('on a new stream numbers begin anew and what was not acknowledged comes first', () => {
  const book = bookOf(1);
  book.next();
  book.add(result(2));
  book.restart();
  assert.deepEqual(
    book.runs().map(({ token }) => token),
    [1, 2],
  );
  book.keep(({ token }) => token === 2);
  const batch = book.next();
  assert.deepEqual([batch.sequence, batch.results.map((some) => some.run?.token)], [1, [2]]);
});

test('a hello names as many runs as fit', () => {
  const runs = Array.from({ length: 100_000 }, (_, i) => ({ run_id: `0000000000208-${i}`, token: i }));
  const fit = fitInFlight(runs);
  assert.ok(fit.length > 25_000);
  assert.ok(WorkRequest.encode(WorkRequest.fromPartial({ hello: { in_flight: fit } })).finish().length < 1000 * 1024);
  assert.deepEqual(fitInFlight(runs.slice(0, 3)), runs.slice(0, 3));
});
