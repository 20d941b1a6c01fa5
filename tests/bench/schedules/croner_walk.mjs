// What one next time costs npm croner, and which times it steps through: the counterpart of `bench_schedules cron`, with the same output.
//
// Usage: node croner_walk.mjs CRONER_JS FILE FROM UNTIL MOST
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const REPETITIONS = 5;
const MILLISECONDS = 100;

const [croner, file, ...numbers] = process.argv.slice(2);
const [from, until, most] = numbers.map(Number);
const { Cron } = await import(pathToFileURL(croner).href);

// The time after `after`; null if that is beyond the stretch.
function nextOf(cron, after) {
  const next = cron.nextRun(after);
  return next !== null && next.getTime() < until * 1000 ? next : null;
}

const beginning = () => new Date(from * 1000 - 1);

// Steps through the stretch, over and over, until the time is up: a whole pass of a dense pattern takes seconds. Counts CPU time, as the
// others do.
function nanosPerCall(cron) {
  const end = performance.now() + MILLISECONDS;
  const before = process.cpuUsage();
  let after = beginning();
  let calls = 0;
  do {
    after = nextOf(cron, after) ?? beginning();
    calls += 1;
  } while (performance.now() < end);
  const spent = process.cpuUsage(before);
  return ((spent.user + spent.system) * 1000) / calls;
}

function walk(line) {
  const [zone, pattern] = line.split('|');
  const cron = new Cron(pattern, { timezone: zone, paused: true });
  let times = 0;
  let sum = 0;
  for (let time = nextOf(cron, beginning()); time !== null && times < most; time = nextOf(cron, time)) {
    times += 1;
    sum = (Math.imul(sum, 31) + time.getTime() / 1000) >>> 0;
  }
  const nanos = Array.from({ length: REPETITIONS }, () => nanosPerCall(cron)).sort((a, b) => a - b);
  return { pattern, times, sum, ns: nanos[REPETITIONS >> 1] };
}

const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.includes('|') && !line.startsWith('#'));
console.log(JSON.stringify({ cases: lines.map(walk) }));
