// Recurring jobs, each every second: recurring.mjs PORT JOBS SECONDS. Job schedulers, one worker.
import { Queue, Worker } from 'bullmq';
import { args, connect, cpuMeter, done, freshRedis, quantile, queueName, sleep, usedMemory } from './common.mjs';

const [jobs, seconds] = args;
const redis = await freshRedis();
const queue = new Queue(queueName, { connection: connect() });
await queue.waitUntilReady();

const memoryBefore = await usedMemory(redis);
const begin = performance.now();
for (let i = 0; i < jobs; i += 64) {
  const batch = Array.from({ length: Math.min(64, jobs - i) }, (_, k) =>
    queue.upsertJobScheduler(`bench-${String(i + k).padStart(10, '0')}`, { every: 1000 },
      { name: 'j', data: {}, opts: { removeOnComplete: true } }));
  await Promise.all(batch);
}
const createPerSecond = jobs / ((performance.now() - begin) / 1000);
const bytesPerJob = ((await usedMemory(redis)) - memoryBefore) / jobs;

const lateness = [];
let measuring = false;
// The id of a scheduler's job ends with its nominal time.
new Worker(queueName, async (job) => {
  if (measuring) lateness.push(Date.now() - Number(job.id.slice(job.id.lastIndexOf(':') + 1)));
}, { connection: connect(), concurrency: 300 });
await sleep(4000);
const cpu = await cpuMeter(redis);
measuring = true;
const start = performance.now();
await sleep(seconds * 1000);
measuring = false;
const elapsed = (performance.now() - start) / 1000;
const cpuMicros = cpu();
const quarter = Math.floor(lateness.length / 4);
const early = lateness.slice(0, quarter).sort((a, b) => a - b);
const late = lateness.slice(-quarter).sort((a, b) => a - b);
const fires = lateness.length;
lateness.sort((a, b) => a - b);
done({
  due: Math.round(jobs * elapsed),
  completed: fires,
  per_second: fires / elapsed,
  lateness_p50_ms: quantile(lateness, 0.5),
  lateness_p99_ms: quantile(lateness, 0.99),
  first_quarter_p50_ms: quantile(early, 0.5),
  last_quarter_p50_ms: quantile(late, 0.5),
  cpu_us_per_fire: cpuMicros / fires,
  create_per_second: createPerSecond,
  bytes_per_job: bytesPerJob,
});
