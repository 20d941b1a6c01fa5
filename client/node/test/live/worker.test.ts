import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ductape, type Handler, ReleaseRun, type WorkerOptions, type WorkerRun } from '../../src/index.js';
import { Relay } from './relay.js';
import { Server } from './server.js';

const WAIT_MS = 30_000;
const server = new Server();
let ductape: Ductape;

before(async () => {
  await server.start();
  ductape = new Ductape({ address: server.address, retry: { maxAttempts: 50, maxBackoff: 200 } });
});

after(async () => {
  ductape.close();
  await server.stop();
});

function latch<Value = void>() {
  let open!: (value: Value) => void;
  const opened = new Promise<Value>((resolve) => (open = resolve));
  return { open, opened };
}

/** A job that runs when it is told to, on a queue of its own. */
async function jobOf(tag: string, settings = {}): Promise<WorkerOptions> {
  await ductape.events.create({ event: { event_type: 'FUNCTION', tag, worker: {} } });
  const start_time = new Date('2099-01-01T00:00:00Z');
  await ductape.jobs.create({
    job: { tag, name: tag, event_type: 'FUNCTION', event_tag: tag, executions: 0, intervals: 60_000, start_time, ...settings },
  });
  return { queues: [`FUNCTION/${tag}`], name: tag };
}

async function started(options: WorkerOptions, handler: Handler, client = ductape) {
  const worker = client.worker(options, handler);
  assert.equal(await worker.connected(WAIT_MS), true);
  return worker;
}

test('a broken stream is taken up again, and what is in hand goes on', async () => {
  const relay = new Relay(server.address);
  const address = await relay.listen();
  const through = new Ductape({ address, retry: { initialBackoff: 10 } });
  const ends: unknown[] = [];
  const options = await jobOf('broken');
  const begun = latch<WorkerRun>();
  const may = latch();
  let calls = 0;
  const worker = await started(
    { ...options, onStreamEnd: (error) => ends.push(error?.code) },
    async (run) => {
      ++calls;
      begun.open(run);
      await may.opened;
      return 'after the break';
    },
    through,
  );
  const session = worker.sessionId;
  const { run_id } = await ductape.product.jobs.run('broken');
  const run = await begun.opened;
  relay.breakConnections();
  // Not asked through `connected`, which may still be true: a break is seen when it is.
  while (ends.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await worker.connected(WAIT_MS), true);
  assert.equal(worker.sessionId, session);
  may.open();
  const end = await ductape.runs.wait({ run_id }, { timeout: WAIT_MS });
  assert.deepEqual(
    [end.state, end.output, end.attempt_count, calls, run.cancelled],
    ['COMPLETED', 'after the break', 1, 1, undefined],
  );
  assert.deepEqual(ends, ['UNAVAILABLE']);
  assert.equal(await worker.drain(WAIT_MS), true);
  through.close();
  relay.close();
});

test('a restart of the server delivers again under the same id, and stops what runs under the old token', async () => {
  const options = await jobOf('restarted');
  const runs: WorkerRun[] = [];
  const begun = latch();
  const worker = await started(options, (run) => {
    runs.push(run);
    begun.open();
    if (runs.length > 1) return 'again';
    return new Promise((_, reject) =>
      run.signal.addEventListener('abort', () => reject(run.signal.reason as Error), { once: true }),
    );
  });
  const { run_id } = await ductape.product.jobs.run('restarted');
  await begun.opened;
  await server.kill();
  await server.start();
  const end = await ductape.runs.wait({ run_id }, { timeout: WAIT_MS });
  assert.deepEqual([end.state, end.output], ['COMPLETED', 'again']);
  assert.deepEqual(
    runs.map((run) => run.run_id),
    [run_id, run_id],
  );
  assert.ok(runs[1]!.token > runs[0]!.token);
  assert.equal(runs[0]!.cancelled?.reason, 'STALE_TOKEN');
  assert.equal(await worker.drain(WAIT_MS), true);
});

test('heartbeats keep a lease that is shorter than a run', async () => {
  const options = await jobOf('slow');
  const worker = await started({ ...options, lease: 1_000 }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    return 'slow';
  });
  const { run_id } = await ductape.product.jobs.run('slow');
  const end = await ductape.runs.wait({ run_id }, { timeout: WAIT_MS });
  assert.deepEqual([end.output, end.attempt_count], ['slow', 1]);
  await worker.stop();
});

test('no more runs at a time than the window, which can change', async () => {
  const options = await jobOf('window', { overlap_policy: { mode: 'ALLOW', limit: 100 } });
  let now = 0;
  let most = 0;
  const worker = await started({ ...options, maxInFlight: 2 }, async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    --now;
  });
  worker.setMaxInFlight(0);
  const runs = await Promise.all(Array.from({ length: 20 }, () => ductape.product.jobs.run('window')));
  worker.setMaxInFlight(3);
  for (const { run_id } of runs) assert.equal((await ductape.runs.wait({ run_id }, { timeout: WAIT_MS })).state, 'COMPLETED');
  assert.ok(most > 1 && most <= 3, String(most));
  assert.equal(await worker.drain(WAIT_MS), true);
});

test('a run that is given back is delivered again and costs no retry', async () => {
  const options = await jobOf('released');
  const worker = await started(options, (run) => {
    if (run.attempt === 1) throw new ReleaseRun();
    return `attempt ${run.attempt}`;
  });
  const { run_id } = await ductape.product.jobs.run('released');
  assert.equal((await ductape.runs.wait({ run_id }, { timeout: WAIT_MS })).output, 'attempt 2');
  await worker.stop();
});

test('many results are acknowledged, whatever their size', async () => {
  const options = await jobOf('many', { overlap_policy: { mode: 'ALLOW', limit: 1000 }, history_limit: 1000 });
  const worker = await started({ ...options, maxInFlight: 1000 }, (run) => 'x'.repeat((run.number * 97) % 9000));
  await Promise.all(Array.from({ length: 300 }, () => ductape.product.jobs.run('many')));
  let job = await ductape.product.jobs.fetch('many');
  for (const until = Date.now() + WAIT_MS; job.stats?.completed !== 300 && Date.now() < until;)
    job = await ductape.product.jobs.fetch('many');
  assert.equal(job.stats?.completed, 300);
  assert.equal(await worker.drain(WAIT_MS), true);
});

test('a worker that is refused for good ends with the error', async () => {
  const worker = ductape.worker({ queues: ['not a queue'] }, () => undefined);
  await assert.rejects(worker.wait(), { code: 'INVALID_ARGUMENT', reason: 'FIELD_INVALID' });
  assert.equal(await worker.connected(0), false);
  assert.equal(await worker.drain(), false);
});

test('a worker that never reached its server can be stopped', async () => {
  const nobody = new Ductape({ address: '127.0.0.1:1' });
  const worker = nobody.worker({ queues: ['q'] }, () => undefined);
  assert.equal(await worker.connected(50), false);
  await worker.stop();
  await worker.wait();
  nobody.close();
});

test('options out of range are refused', () => {
  for (const options of [
    { queues: [] },
    { queues: ['q'], maxInFlight: 0 },
    { queues: ['q'], lease: 5 },
    { queues: ['q'], maxInFlight: 1.5 },
  ]) {
    assert.throws(() => ductape.worker(options, () => undefined), RangeError);
  }
});
