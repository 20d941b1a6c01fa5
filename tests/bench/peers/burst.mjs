// Jobs due at one moment: burst.mjs PORT JOBS. Delayed jobs, one worker.
import { Queue, Worker } from 'bullmq';
import { args, connect, done, freshRedis, quantile, queueName } from './common.mjs';

const [jobs] = args;
await freshRedis();
const queue = new Queue(queueName, { connection: connect() });
await queue.waitUntilReady();

const due = Date.now() + 4000 + jobs / 5;
for (let i = 0; i < jobs; i += 1000) {
  await queue.addBulk(Array.from({ length: Math.min(1000, jobs - i) }, () => (
    { name: 'j', data: {}, opts: { delay: Math.max(0, due - Date.now()), removeOnComplete: true } })));
}
const slack = due - Date.now();
const lateness = [];
await new Promise((resolve) => {
  new Worker(queueName, async () => {
    lateness.push(Date.now() - due);
    if (lateness.length === jobs) resolve();
  }, { connection: connect(), concurrency: 200 });
});
lateness.sort((a, b) => a - b);
done({ last_ms: lateness.at(-1), p50_ms: quantile(lateness, 0.5), slack_ms: slack });
