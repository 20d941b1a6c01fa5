// The Node.js client of tests/e2e/mesh_test.sh: it creates jobs through a proxy, executes their runs, and says on stdout what was
// acknowledged ("acked TAG") and what was executed ("ran TAG RUN_ID").
//
// Usage: node client.mjs ADDRESS CA CERTIFICATE KEY STOP_FILE      (needs client/node built)
//
// It creates jobs until STOP_FILE exists, then executes what is left until SIGTERM. Exit code 1 if something else ends it.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Ductape from '../../../client/node/dist/esm/index.js';

const [address, ca, cert, key, stopFile] = process.argv.slice(2);
const tls = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
const ductape = new Ductape({ address, tls });

// Returns when the file exists. What is not acknowledged is tried again, under the same tag.
async function createJobs() {
  for (let number = 0; ; ++number) {
    const tag = `node-${number}`;
    const job = { tag, name: tag, event_type: 'FUNCTION', event_tag: 'node', executions: 1, intervals: 1000 };
    for (;;) {
      if (existsSync(stopFile)) return;
      try {
        await ductape.jobs.create({ job });
        break;
      } catch (error) {
        if (error.reason === 'JOB_ALREADY_EXISTS') break;
        console.error(tag, String(error));
        await sleep(100);
      }
    }
    console.log('acked', tag);
    await sleep(20);
  }
}

await ductape.events.create({ event: { event_type: 'FUNCTION', tag: 'node', worker: {} } });
const worker = ductape.worker({ queues: ['FUNCTION/node'] }, (run) => {
  console.log('ran', run.job_tag, run.run_id);
});
process.once('SIGTERM', () => worker.drain());
await createJobs();
await worker.wait();
ductape.close();
