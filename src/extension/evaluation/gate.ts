/** Lets through while it is open; who comes while it is closed waits. */
export class Gate {
  #isOpen: boolean;
  #waiting: readonly (() => void)[] = [];

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  passed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOpen) resolve();
      else this.#waiting = [...this.#waiting, resolve];
    });
  }

  close(): void {
    this.#isOpen = false;
  }

  open(): void {
    this.#isOpen = true;
    const through = this.#waiting;
    this.#waiting = [];
    for (const pass of through) pass();
  }
}
