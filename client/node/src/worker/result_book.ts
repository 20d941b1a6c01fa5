import type { Result, Results, RunRef } from '../generated/ductape/jobs/v1/worker.js';

// Below the 10,000 and the 512 KiB that the server takes.
const MAX_RESULTS = 8_000;
const MAX_BYTES = 480 * 1024;
// More than the tags, lengths and numbers of a result take, and of its failure.
const HEAD_BYTES = 32;
const FAILURE_HEAD_BYTES = 48;
// Of a character of a string in UTF-8.
const CHARACTER_BYTES = 3;

/** An upper bound of what a result takes in its message. */
export function sizeBound({ run, output, failure }: Result): number {
  const bytes = HEAD_BYTES + (run?.run_id.length ?? 0) + (output?.length ?? 0);
  return failure ? bytes + FAILURE_HEAD_BYTES + CHARACTER_BYTES * (failure.code.length + failure.message.length) : bytes;
}

/** The results of a worker until the server has acknowledged them, in batches as large as the server takes. */
export class ResultBook {
  #unsent: Result[] = [];
  #unacknowledged: Results[] = [];
  #sequence = 0;

  add(result: Result): void {
    this.#unsent.push(result);
  }

  /** Whether there is something to send. */
  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  /** Whether all that was added is acknowledged. */
  get empty(): boolean {
    return this.#unsent.length === 0 && this.#unacknowledged.length === 0;
  }

  /** The next batch, numbered, and held until it is acknowledged. There must be something to send. */
  next(): Results {
    let bytes = 0;
    let count = 0;
    for (const result of this.#unsent) {
      bytes += sizeBound(result);
      if (count > 0 && (count >= MAX_RESULTS || bytes > MAX_BYTES)) break;
      ++count;
    }
    const batch = { sequence: ++this.#sequence, results: this.#unsent.splice(0, count) };
    this.#unacknowledged.push(batch);
    return batch;
  }

  /** Batches up to this sequence are done with. */
  acknowledge(through: number): void {
    const first = this.#unacknowledged.findIndex(({ sequence }) => sequence > through);
    this.#unacknowledged.splice(0, first < 0 ? this.#unacknowledged.length : first);
  }

  /** A new stream: numbers begin anew, and what was not acknowledged is sent again. */
  restart(): void {
    this.#sequence = 0;
    this.#unsent = [...this.#unacknowledged.flatMap(({ results }) => results), ...this.#unsent];
    this.#unacknowledged = [];
  }

  /** The runs whose results are not acknowledged. To be called after restart and before next. */
  runs(): RunRef[] {
    return this.#unsent.flatMap(({ run }) => (run ? [run] : []));
  }

  /** Drops the results of runs for which `keep` is false. To be called after restart and before next. */
  keep(keep: (run: RunRef) => boolean): void {
    this.#unsent = this.#unsent.filter(({ run }) => run && keep(run));
  }
}
