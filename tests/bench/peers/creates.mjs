// Creates: creates.mjs PORT SECONDS. Job schedulers one at a time by 64 callers, delayed jobs in batches of 1000.
import { Queue } from 'bullmq';
import { args, connect, done, freshRedis, queueName, usedMemory } from './common.mjs';

const [seconds] = args;
const redis = await freshRedis();
const queue = new Queue(queueName, { connection: connect() });
await queue.waitUntilReady();

// Runs `callers` loops of `create(number)` until time is over; returns how many calls there were a second.
async function rate(callers, create) {
  const begin = performance.now();
  let number = 0;
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() - begin < seconds * 1000) await create(number++);
  }));
  return number / ((performance.now() - begin) / 1000);
}

const day = 86_400_000;
const unary = await rate(64, (number) =>
  queue.upsertJobScheduler(`bench-${String(number).padStart(10, '0')}`,
    { every: day, startDate: Date.now() + day }, { name: 'j', data: {} }));
await redis.flushall();
const memoryBefore = await usedMemory(redis);
let added = 0;
const batched = await rate(4, async () => {
  await queue.addBulk(Array.from({ length: 1000 }, () => ({ name: 'j', data: {}, opts: { delay: day } })));
  added += 1000;
});
done({
  unary_per_second: unary,
  batched_per_second: batched * 1000,
  bytes_per_delayed_job: ((await usedMemory(redis)) - memoryBefore) / added,
});
