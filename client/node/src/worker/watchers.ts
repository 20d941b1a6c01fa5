const MAX_TIMER_MS = 2 ** 31 - 1;

/** Those who wait for a condition to hold. */
export class Watchers {
  readonly #checks = new Set<() => void>();

  /** Something changed: conditions are looked at again. */
  notify(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Whether the condition came to hold within so many milliseconds. */
  until(holds: () => boolean, timeout: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (held: boolean) => {
        clearTimeout(timer);
        this.#checks.delete(check);
        resolve(held);
      };
      const check = () => {
        if (holds()) finish(true);
      };
      const timer = timeout < MAX_TIMER_MS ? setTimeout(() => finish(false), Math.max(timeout, 0)) : undefined;
      this.#checks.add(check);
    });
  }
}
