// Takes the scenario's steps with the Node.js client against a live server.
//
// Usage: node run.mjs SCENARIO ADDRESS      (where the package ductape-sdk is installed)
// The last line is `N passed, N failed`. Exit codes: 0 all passed, 1 some failed.
import { readFileSync } from 'node:fs';
import Ductape, { DuctapeError } from 'ductape-sdk';
import { invoke } from './calls.mjs';
import { difference } from './compare.mjs';
import { eventually, Workers } from './workers.mjs';

const UNTIL_MS = 30_000;
const [scenario, address] = process.argv.slice(2);
const product = `conformance-node-${Date.now()}`;
const variables = { product };
const ductape = new Ductape({ address, product });
const workers = new Workers(ductape);

function filled(value) {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (_, name) => variables[name] ?? `(no ${name})`);
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member)]));
}

function errorDifference(expected, error) {
  if (!(error instanceof DuctapeError)) return `it threw ${error}`;
  const { code, reason } = error;
  const fields = error.fields.map(({ field }) => field).sort();
  const wanted = { ...expected, fields: expected.fields ? [...expected.fields].sort() : fields };
  return difference(wanted, { code, reason, fields });
}

async function takeCall(step) {
  let answer;
  const once = async () => (answer = await invoke(ductape, step.call, step.request, step.all));
  try {
    if (step.until) {
      const found = await eventually(UNTIL_MS, async () => difference(step.until, await once()));
      if (found) return found;
    } else {
      await once();
      if (step.error) return 'it succeeded';
      const found = difference(step.answer, answer);
      if (found) return found;
    }
  } catch (error) {
    return step.error ? errorDifference(step.error, error) : `it failed: ${error}`;
  }
  for (const [name, field] of Object.entries(step.save ?? {})) variables[name] = answer[field];
  return undefined;
}

let passed = 0;
let failed = 0;
for (const raw of JSON.parse(readFileSync(scenario, 'utf8')).steps) {
  const step = filled(raw);
  const found = await (step.worker ? workers.take(step) : takeCall(step));
  console.log(found ? `FAIL ${step.step}: ${found}` : `ok ${step.step}`);
  if (found) ++failed;
  else ++passed;
}
await workers.stopAll();
ductape.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
