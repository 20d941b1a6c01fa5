// Idle recurring jobs: memory.mjs PORT JOBS. Redis's memory for each of these job schedulers.
import { Queue } from 'bullmq';
import { args, connect, done, freshRedis, queueName, usedMemory } from './common.mjs';

const [jobs] = args;
const redis = await freshRedis();
const queue = new Queue(queueName, { connection: connect() });
await queue.waitUntilReady();
const day = 86_400_000;
const before = await usedMemory(redis);
for (let i = 0; i < jobs; i += 200) {
  await Promise.all(Array.from({ length: Math.min(200, jobs - i) }, (_, k) =>
    queue.upsertJobScheduler(`bench-${String(i + k).padStart(10, '0')}`,
      { every: day, startDate: Date.now() + day }, { name: 'j', data: {} })));
}
done({ bytes_per_job: ((await usedMemory(redis)) - before) / jobs });
