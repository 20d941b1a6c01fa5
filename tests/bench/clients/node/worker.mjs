// How many runs a second one worker of the Node.js client completes: jobs that recur every second, more of them than it can take.
//
// Usage: node worker.mjs RATE SECONDS      (DUCTAPE_JOBS_ADDRESS names the server)
// Prints one line of JSON. A run counts when its handler has been called and the window has room for the next: since no more than
// `maxInFlight` are ever unacknowledged, the count differs from that of acknowledged results by no more than that.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import Ductape from '../../../../client/node/dist/esm/index.js';

const BATCH = 1000;
const MAX_IN_FLIGHT = 20_000;
const WARM_UP_MS = 3_000;
const [rate, seconds] = process.argv.slice(2).map(Number);
const ductape = new Ductape({ product: 'bench', timeout: 60_000 });

async function createJobs() {
  const first = Date.now() + 2_000;
  for (let start = 0; start < rate; start += BATCH) {
    const requests = Array.from({ length: Math.min(BATCH, rate - start) }, (_, i) => {
      const tag = `job_${String(start + i).padStart(12, '0')}`;
      const start_time = new Date(first + ((start + i) * 1000) / rate);
      return {
        job: {
          tag,
          name: tag,
          event_type: 'FUNCTION',
          event_tag: 'bench',
          executions: 0,
          intervals: 1000,
          start_time,
          history_limit: 1,
        },
      };
    });
    const { results } = await ductape.jobs.createMany({ requests });
    if (results.some(({ error }) => error)) throw new Error('a job was not created');
  }
}

await ductape.events.create({ event: { event_type: 'FUNCTION', tag: 'bench', worker: {} } });
let calls = 0;
const worker = ductape.worker({ queues: ['FUNCTION/bench'], maxInFlight: MAX_IN_FLIGHT }, () => {
  ++calls;
});
await createJobs();
await sleep(WARM_UP_MS);
const [calls0, cpu0, time0] = [calls, process.cpuUsage(), performance.now()];
await sleep(seconds * 1000);
const [done, cpu, elapsed] = [calls - calls0, process.cpuUsage(cpu0), (performance.now() - time0) / 1000];
const inOrder = await worker.drain(20_000);
console.log(
  JSON.stringify({
    language: 'node',
    runs_per_second: Math.round(done / elapsed),
    offered_per_second: rate,
    worker_cpu_us_per_run: Number(((cpu.user + cpu.system) / Math.max(done, 1)).toFixed(1)),
    seconds: Number(elapsed.toFixed(1)),
    drained_in_good_order: inOrder,
    load_average: loadavg()[0],
  }),
);
ductape.close();
