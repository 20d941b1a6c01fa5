// Jobs that call an HTTP endpoint: http.mjs PORT JOBS TARGET_PORT. All are due at once; one worker, kept connections.
import { Agent, request } from 'node:http';
import { Queue, Worker } from 'bullmq';
import { args, connect, done, freshRedis, queueName } from './common.mjs';

const [jobs, targetPort] = args;
await freshRedis();
const queue = new Queue(queueName, { connection: connect() });
await queue.waitUntilReady();
for (let i = 0; i < jobs; i += 1000) {
  await queue.addBulk(Array.from({ length: Math.min(1000, jobs - i) }, () => (
    { name: 'j', data: {}, opts: { removeOnComplete: true } })));
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
function post(body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const call = request({ agent, headers, host: '127.0.0.1', method: 'POST', path: '/run', port: targetPort }, (answer) => {
      answer.resume();
      answer.on('end', resolve);
    });
    call.on('error', reject);
    call.end(body);
  });
}

const begin = performance.now();
let completed = 0;
await new Promise((resolve) => {
  const worker = new Worker(queueName, () => post('{}'), { connection: connect(), concurrency: 200 });
  worker.on('completed', () => {
    if (++completed === jobs) resolve();
  });
});
done({ per_second: jobs / ((performance.now() - begin) / 1000) });
