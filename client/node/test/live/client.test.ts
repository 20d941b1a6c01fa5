import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ductape, DuctapeError, duration } from '../../src/index.js';
import { Server } from './server.js';

const server = new Server();
let ductape: Ductape;

before(async () => {
  await server.start();
  ductape = new Ductape({ address: server.address });
  await ductape.events.create({ event: { event_type: 'FUNCTION', tag: 'task', worker: {} } });
});

after(async () => {
  ductape.close();
  await server.stop();
});

function job(tag: string) {
  return {
    tag,
    name: tag,
    event_type: 'FUNCTION',
    event_tag: 'task',
    executions: 0,
    intervals: 60_000,
    start_time: new Date('2099-01-01T00:00:00Z'),
  } as const;
}

test('fetchAll follows all pages', async () => {
  const many = new Ductape({ address: server.address, product: 'many' });
  await many.events.create({ event: { event_type: 'FUNCTION', tag: 'task', worker: {} } });
  const tags = Array.from({ length: 1_203 }, (_, i) => `job_${i}`);
  for (let i = 0; i < tags.length; i += 401) {
    const { results } = await many.jobs.createMany({ requests: tags.slice(i, i + 401).map((tag) => ({ job: job(tag) })) });
    assert.ok(results.every(({ error }) => error === undefined));
  }
  const all = await many.product.jobs.fetchAll();
  assert.deepEqual(all.map(({ tag }) => tag).sort(), tags.sort());
  many.close();
});

test("the product's jobs: all of their calls", async () => {
  const { jobs } = ductape.product;
  await jobs.create({ ...job('one'), input: { to: 'x' }, labels: { a: 'b' }, attempt_timeout: duration(1500) });
  const updated = await jobs.update('one', { name: 'Other', executions: 3, labels: {} });
  assert.deepEqual([updated.name, updated.executions, updated.labels, updated.intervals], ['Other', 3, {}, 60_000]);
  assert.equal((await jobs.pause('one', { note: 'why' })).pause_note, 'why');
  assert.equal((await jobs.resume('one')).state, 'ACTIVE');
  const run = await jobs.run('one', { input: { to: 'y' } });
  assert.equal(run.trigger, 'MANUAL');
  const fetched = await jobs.fetch('one');
  assert.deepEqual(
    [fetched.input, fetched.attempt_timeout, fetched.start_time],
    [{ to: 'x' }, duration(1500), new Date('2099-01-01T00:00:00Z')],
  );
  assert.equal((await jobs.update('one', fetched as never)).generation, updated.generation);
  await jobs.delete('one');
  await assert.rejects(jobs.fetch('one'), { code: 'NOT_FOUND', reason: 'JOB_NOT_FOUND' });
  assert.equal((await ductape.runs.wait({ run_id: run.run_id })).state, 'CANCELLED');
});

test('an abort ends a call with its reason', async () => {
  const controller = new AbortController();
  const call = ductape.leases.take({ queues: ['none'], wait: duration(20_000) }, { signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(call, reason);
  await assert.rejects(ductape.jobs.get({ tag: 'a' }, { signal: controller.signal }), reason);
});

test('a timeout ends a call', async () => {
  const call = ductape.leases.take({ queues: ['none'], wait: duration(20_000) }, { timeout: 200 });
  // The server may see the end of the wait first and answer none.
  const end = await call.catch((error: unknown) => error);
  if (end instanceof DuctapeError) assert.equal(end.code, 'DEADLINE_EXCEEDED');
  else assert.deepEqual((end as { deliveries: unknown[] }).deliveries, []);
});

test('waiting for a run has a bound of its own', async () => {
  await ductape.jobs.create({ job: job('waits') });
  const { run_id } = await ductape.product.jobs.run('waits');
  await assert.rejects(ductape.runs.wait({ run_id }, { timeout: 120 }), { code: 'DEADLINE_EXCEEDED' });
});

test('runs are taken by long poll', async () => {
  await ductape.jobs.create({ job: { ...job('polled'), event_tag: 'polled_task' } }).catch(() => undefined);
  await ductape.events.create({ event: { event_type: 'FUNCTION', tag: 'polled_task', worker: {} } });
  await ductape.jobs.create({ job: { ...job('polled'), event_tag: 'polled_task' } });
  const { run_id } = await ductape.product.jobs.run('polled');
  const { session_id, deliveries } = await ductape.leases.take({ queues: ['FUNCTION/polled_task'], wait: duration(10_000) });
  assert.equal(deliveries[0]?.run?.run_id, run_id);
  const { refused } = await ductape.leases.complete({
    session_id,
    results: [{ run: deliveries[0].run, output: Buffer.from('by poll') }],
  });
  assert.deepEqual(refused, []);
  assert.equal((await ductape.runs.wait({ run_id })).output, 'by poll');
});

test('nobody is there', async () => {
  const nobody = new Ductape({ address: '127.0.0.1:1', retry: { maxAttempts: 2, initialBackoff: 1 } });
  await assert.rejects(nobody.product.jobs.fetch('a'), { code: 'UNAVAILABLE', reason: '' });
  nobody.close();
});

test('a call outlives a restart of the server', async () => {
  const patient = new Ductape({
    address: server.address,
    retry: { maxAttempts: 100, initialBackoff: 50, maxBackoff: 200 },
    timeout: 60_000,
  });
  await ductape.jobs.create({ job: job('durable') });
  await server.kill();
  const call = patient.product.jobs.fetch('durable');
  await server.start();
  assert.equal((await call).tag, 'durable');
  patient.close();
});
