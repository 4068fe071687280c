/** What was opened and has to be closed again, the last first: a server before the database that answers its requests. */
export class Opened {
  readonly #closers: (() => unknown)[] = [];

  defer(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Closes everything, also when closing one thing fails; then throws what failed first. Once is enough. */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  /** `work`'s result; what it had opened is closed in any case. */
  static async within<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = new Opened();
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }

  /** `open`'s result; if it throws, what it had opened is closed first. */
  static async during<T>(open: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = new Opened();
    try {
      return await open(opened);
    } catch (error) {
      await opened.close().catch(() => undefined);
      throw error;
    }
  }
}
