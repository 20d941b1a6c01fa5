// Delayed jobs: fill.mjs PORT JOBS DUE_IN_SECONDS. One in a thousand is due then, the rest in a day.
import { Queue } from 'bullmq';
import { args, connect, done, freshRedis, queueName } from './common.mjs';

const [jobs, dueIn] = args;
await freshRedis();
const queue = new Queue(queueName, { connection: connect() });
await queue.waitUntilReady();
const day = 86_400_000;
for (let i = 0; i < jobs; i += 1000) {
  await queue.addBulk(Array.from({ length: Math.min(1000, jobs - i) }, (_, k) => (
    { name: 'j', data: {}, opts: { delay: k === 0 ? dueIn * 1000 : day } })));
}
done({ added: jobs });
