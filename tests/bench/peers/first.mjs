// Waits for the first job of a Redis that may not be there yet: first.mjs PORT.
import { Worker } from 'bullmq';
import { connect, done } from './common.mjs';

const worker = new Worker('bench', async () => {
  // The same clock as that of the program which started Redis.
  done({ first_delivery_mono_ns: Number(process.hrtime.bigint()) });
}, { connection: connect(), concurrency: 100 });
worker.on('error', () => {}); // the server is not there yet
