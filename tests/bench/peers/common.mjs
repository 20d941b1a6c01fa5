// What the BullMQ loads share: connections, Redis's CPU and memory, quantiles, one line of JSON as the result.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

export { sleep };

const [port, ...rest] = process.argv.slice(2);
export const args = rest.map(Number);
export const queueName = 'bench';

// BullMQ wants a connection of its own for each queue and worker. A broken one is tried again every 20 ms.
export function connect() {
  return new Redis(Number(port), '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 20 });
}

// An empty Redis; returns the connection to it.
export async function freshRedis() {
  const redis = connect();
  redis.on('error', () => {}); // reported by the command that fails
  await redis.flushall();
  return redis;
}

export async function usedMemory(redis) {
  return Number((await redis.info('memory')).match(/used_memory:(\d+)/)[1]);
}

// Counts the CPU of this process and of Redis from now on; call it to get microseconds.
export async function cpuMeter(redis) {
  const pid = (await redis.info('server')).match(/process_id:(\d+)/)[1];
  const redisMicros = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  };
  const redisBefore = redisMicros();
  const before = process.cpuUsage();
  return () => {
    const own = process.cpuUsage(before);
    return own.user + own.system + redisMicros() - redisBefore;
  };
}

export function quantile(sorted, q) {
  return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

export function done(result) {
  console.log(JSON.stringify(result));
  process.exit(0);
}
