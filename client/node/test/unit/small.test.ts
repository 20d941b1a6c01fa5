import assert from 'node:assert/strict';
import test from 'node:test';
import { duration, JobEventTypes, milliseconds, Pager } from '../../src/index.js';
import { maskOf } from '../../src/product_jobs.js';
import { Watchers } from '../../src/worker/watchers.js';

test('durations', () => {
  assert.deepEqual(duration(1500), { seconds: 1, nanos: 500_000_000 });
  assert.deepEqual(duration(0.25), { seconds: 0, nanos: 250_000 });
  assert.equal(milliseconds(duration(7_200_001)), 7_200_001);
});

test('a mask names what is set, and nothing that says which job', () => {
  assert.deepEqual(maskOf({ tag: 'a', name: '', executions: 0, intervals: undefined, etag: 'x', labels: {} }), [
    'name',
    'executions',
    'labels',
  ]);
});

test("the seed's event types", () => {
  assert.deepEqual(Object.values(JobEventTypes), ['ACTION', 'NOTIFICATION', 'DATABASE_ACTION', 'FUNCTION', 'MESSAGEBROKER']);
});

test('a pager reads page after page, as items are asked for', async () => {
  const asked: string[] = [];
  const pages: Record<string, { items: number[]; next_page_token: string }> = {
    '': { items: [1, 2], next_page_token: 'b' },
    b: { items: [], next_page_token: 'c' },
    c: { items: [3], next_page_token: '' },
  };
  const pager = new Pager((token) => {
    asked.push(token);
    return Promise.resolve(pages[token]!);
  });
  for await (const item of pager) if (item === 2) break;
  assert.deepEqual(asked, ['']);
  assert.deepEqual(await pager.toArray(), [1, 2, 3]);
  assert.deepEqual(asked, ['', '', 'b', 'c']);
});

test('those who wait are told when it holds, or when the time is over', async () => {
  const watchers = new Watchers();
  let value = 0;
  const waiting = watchers.until(() => value === 2, Infinity);
  value = 1;
  watchers.notify();
  value = 2;
  watchers.notify();
  assert.equal(await waiting, true);
  assert.equal(await watchers.until(() => value === 3, 5), false);
});
