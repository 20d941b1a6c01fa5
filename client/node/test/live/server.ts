import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_MS = 60_000;

/** A real server on loopback with a data directory of its own. `DUCTAPE_JOBSD` names the program. */
export class Server {
  readonly directory = mkdtempSync(join(tmpdir(), 'ductape-node-'));
  address = '127.0.0.1:0';
  #process: ChildProcess | undefined;

  /** Starts it; again, under the same address and with the same data, after `kill` or `stop`. */
  async start(...flags: string[]): Promise<this> {
    const program = process.env['DUCTAPE_JOBSD'];
    if (!program) throw new Error('DUCTAPE_JOBSD names no server');
    const arguments_ = [
      '--data-dir',
      join(this.directory, 'data'),
      '--listen',
      this.address,
      '--http-listen',
      'off',
      '--disk-reserve',
      '0',
    ];
    const child = spawn(program, [...arguments_, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = child;
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    for await (const line of createInterface({ input: child.stdout })) {
      const ready = /^ready grpc=(\S+)/.exec(line);
      if (!ready) continue;
      clearTimeout(timer);
      this.address = ready[1]!;
      return this;
    }
    throw new Error('the server did not become ready');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
