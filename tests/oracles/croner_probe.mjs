// When croner would run: reads lines "pattern|zone|start_ms" and writes for each the next five times after start_ms in milliseconds UTC,
// each with the zone's offset then in seconds as this Node.js knows it ("1790060400000@7200"), or "error: " and the reason.
//
// Usage: node croner_probe.mjs CRONER_JS < lines
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { Cron } = await import(pathToFileURL(process.argv[2]).href);
const formats = new Map();

function offsetAt(ms, zone) {
  if (!formats.has(zone)) {
    formats.set(
      zone,
      new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      }),
    );
  }
  const part = {};
  for (const { type, value } of formats.get(zone).formatToParts(ms)) part[type] = Number(value);
  const local = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  return (local - Math.floor(ms / 1000) * 1000) / 1000;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [pattern, zone, start] = line.split("|");
  try {
    const cron = new Cron(pattern, { timezone: zone, paused: true });
    const runs = cron.nextRuns(5, new Date(Number(start))).map((date) => date.getTime());
    console.log(runs.map((ms) => `${ms}@${offsetAt(ms, zone)}`).join(" "));
  } catch (error) {
    console.log(`error: ${String(error.message).replaceAll("\n", " ")}`);
  }
}
