// The scenario's workers, their handler, and what it notes.
import { NonRetryableError, RunError } from 'ductape-sdk';
import { difference } from './compare.mjs';

const HOLD_MS = 30_000;
const STEP_MS = 10_000;

/** Repeats a check until it finds nothing, or the time is over; answers what it found last. */
export async function eventually(milliseconds, check) {
  const until = Date.now() + milliseconds;
  for (;;) {
    const found = await check();
    if (!found || Date.now() >= until) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Resolves when the latch is open; rejects when the run is cancelled, or after a bound. */
function held(run, latch) {
  const { signal } = run;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('held for too long')), HOLD_MS);
    const settle = (end) => (value) => {
      clearTimeout(timer);
      end(value);
    };
    if (signal.aborted) settle(reject)(signal.reason);
    signal.addEventListener('abort', () => settle(reject)(signal.reason), { once: true });
    latch?.then(settle(resolve));
  });
}

export class Workers {
  #ductape;
  #workers = new Map();
  #latches = new Map();
  #notes = [];

  constructor(ductape) {
    this.#ductape = ductape;
  }

  /** Takes a step; answers what is wrong, or undefined. */
  take(step) {
    return this[step.worker](step);
  }

  async start({ name, queues, max_in_flight: maxInFlight }) {
    const worker = this.#ductape.worker({ queues, name, maxInFlight }, (run) => this.#handle(run));
    this.#workers.set(name, worker);
    return (await worker.connected(STEP_MS)) ? undefined : 'it is not connected';
  }

  await_started({ run_id }) {
    return eventually(STEP_MS, () => (this.#of(run_id).length > 0 ? undefined : 'it was not begun'));
  }

  release({ latch }) {
    this.#latch(latch).open();
  }

  async drain({ name, release }) {
    const drained = this.#take(name).drain(STEP_MS);
    if (release) this.#latch(release).open();
    return (await drained) ? undefined : 'it did not end in good order';
  }

  async stop({ name }) {
    await this.#take(name).stop();
  }

  seen({ run_id, answer }) {
    return eventually(STEP_MS, () => difference(answer, this.#of(run_id)));
  }

  async stopAll() {
    for (const name of [...this.#workers.keys()]) await this.stop({ name });
  }

  #take(name) {
    const worker = this.#workers.get(name);
    this.#workers.delete(name);
    return worker;
  }

  #of(run_id) {
    return this.#notes.filter((note) => note.run_id === run_id);
  }

  #latch(name) {
    if (!this.#latches.has(name)) {
      let open;
      const opened = new Promise((resolve) => (open = resolve));
      this.#latches.set(name, { open, opened });
    }
    return this.#latches.get(name);
  }

  #handle(run) {
    const { run_id, job_tag, job_name, number, attempt, event_type, event_tag, env, token, input } = run;
    const note = { run_id, job_tag, job_name, number, attempt, event_type, event_tag, env, token, input, cancelled: null };
    note.scheduled_time = run.scheduled_time.toISOString();
    this.#notes.push(note);
    run.signal.addEventListener('abort', () => (note.cancelled = run.signal.reason.reason), { once: true });
    switch (input.do) {
      case 'complete':
        return input.output;
      case 'fail':
        throw new (input.retryable ? RunError : NonRetryableError)(input.message, { code: input.code });
      case 'fail_until':
        if (attempt < input.attempt) throw new RunError(input.message, { code: input.code, retryable: true });
        return `attempt ${attempt}`;
      case 'throw':
        throw new Error(input.message);
      case 'wait_cancel':
        return held(run);
      case 'hold':
        return held(run, this.#latch(input.latch).opened).then(() => 'held');
      default:
        return `${run_id} ${job_tag} ${number} ${attempt}`;
    }
  }
}
