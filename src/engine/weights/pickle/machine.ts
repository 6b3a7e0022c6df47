import { PickleError, type PickleValue } from './values.js';

/** The stack machine that a pickle is a program of. */
export class Machine {
  readonly #bytes: Buffer;
  #at = 0;
  #stack: PickleValue[] = [];
  /** The stacks below each mark. */
  readonly #below: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (!(end <= this.#bytes.length)) throw new PickleError('ends early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  uint64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  text(length: number): string {
    return this.take(length).toString('utf8');
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new PickleError('ends early');
    const text = this.text(end - this.#at);
    this.take(1);
    return text;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw new PickleError('empty stack');
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new PickleError('empty stack');
    return value;
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  popToMark(): PickleValue[] {
    const above = this.#stack;
    const below = this.#below.pop();
    if (below === undefined) throw new PickleError('no mark');
    this.#stack = below;
    return above;
  }

  popOne(): void {
    if (this.#stack.length > 0) this.pop();
    else this.popToMark();
  }

  remember(key = this.#memo.size): void {
    this.#memo.set(key, this.top());
  }

  recalled(key: number): PickleValue {
    const value = this.#memo.get(key);
    if (value === undefined) throw new PickleError('nothing remembered');
    return value;
  }
}
