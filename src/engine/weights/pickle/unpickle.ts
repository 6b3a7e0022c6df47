import { persistent, reduced } from './known.js';
import { Machine } from './machine.js';
import { isObject, itemsOf, PickleError, tuple, type PickleValue } from './values.js';

/** Integers of more bytes than this are nobody's epoch or seed; turning them into numbers takes long. */
const MAX_INTEGER_BYTES = 1024;

/**
 * Reads a pickle of the protocols 2 to 5 (Python's `pickletools`) as data. What it takes is bounded by its length: every
 * opcode adds at most one value, and lengths are compared with what is there before anything of them is made.
 * @throws PickleError
 */
export function unpickle(bytes: Uint8Array): PickleValue {
  const machine = new Machine(bytes);
  for (;;) {
    const opcode = machine.byte();
    if (opcode === STOP) return machine.pop();
    const carryOut = OPCODES.get(opcode);
    if (carryOut === undefined) throw new PickleError(`opcode ${opcode}`);
    carryOut(machine);
  }
}

type Opcode = (machine: Machine) => void;

/** The opcode that puts one value onto the stack. */
function push(value: (machine: Machine) => PickleValue): Opcode {
  return (machine) => {
    machine.push(value(machine));
  };
}

const STOP = 0x2e;

const NUMBERS: readonly (readonly [number, Opcode])[] = [
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  [0x4a, push((m) => m.take(4).readInt32LE())],
  [0x4b, push((m) => m.byte())],
  [0x4d, push((m) => m.uint16())],
  [0x8a, push((m) => integer(m, m.byte()))],
  [0x8b, push((m) => integer(m, m.uint32()))],
  [0x47, push((m) => m.take(8).readDoubleBE())],
];

const TEXTS: readonly (readonly [number, Opcode])[] = [
  // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8, BINSTRING, SHORT_BINSTRING
  [0x58, push((m) => m.text(m.uint32()))],
  [0x8c, push((m) => m.text(m.byte()))],
  [0x8d, push((m) => m.text(m.uint64()))],
  [0x54, push((m) => m.text(m.uint32()))],
  [0x55, push((m) => m.text(m.byte()))],
  // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
  [0x42, push((m) => m.take(m.uint32()))],
  [0x43, push((m) => m.take(m.byte()))],
  [0x8e, push((m) => m.take(m.uint64()))],
  [0x96, push((m) => m.take(m.uint64()))],
];

const COLLECTIONS: readonly (readonly [number, Opcode])[] = [
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x29, push(() => tuple([]))],
  [0x85, push((m) => tuple(popped(m, 1)))],
  [0x86, push((m) => tuple(popped(m, 2)))],
  [0x87, push((m) => tuple(popped(m, 3)))],
  [0x74, push((m) => tuple(m.popToMark()))],
  // EMPTY_LIST, LIST, EMPTY_SET, FROZENSET
  [0x5d, push(() => ({ kind: 'list', items: [] }))],
  [0x6c, push((m) => ({ kind: 'list', items: m.popToMark() }))],
  [0x8f, push(() => ({ kind: 'list', items: [] }))],
  [0x91, push((m) => tuple(m.popToMark()))],
  // APPEND, APPENDS, ADDITEMS
  [
    0x61,
    (m) => {
      append(m, [m.pop()]);
    },
  ],
  [
    0x65,
    (m) => {
      append(m, m.popToMark());
    },
  ],
  [
    0x90,
    (m) => {
      append(m, m.popToMark());
    },
  ],
  // EMPTY_DICT, DICT, SETITEM, SETITEMS
  [0x7d, push(() => ({ kind: 'dict', entries: new Map() }))],
  [0x64, push((m) => ({ kind: 'dict', entries: new Map(pairsOf(m.popToMark())) }))],
  [
    0x73,
    (m) => {
      setItems(m, popped(m, 2));
    },
  ],
  [
    0x75,
    (m) => {
      setItems(m, m.popToMark());
    },
  ],
];

const STACK: readonly (readonly [number, Opcode])[] = [
  // PROTO, FRAME
  [
    0x80,
    (m) => {
      m.take(1);
    },
  ],
  [
    0x95,
    (m) => {
      m.take(8);
    },
  ],
  // MARK, POP, POP_MARK, DUP
  [
    0x28,
    (m) => {
      m.mark();
    },
  ],
  [
    0x30,
    (m) => {
      m.popOne();
    },
  ],
  [
    0x31,
    (m) => {
      m.popToMark();
    },
  ],
  [0x32, push((m) => m.top())],
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  [
    0x71,
    (m) => {
      m.remember(m.byte());
    },
  ],
  [
    0x72,
    (m) => {
      m.remember(m.uint32());
    },
  ],
  [
    0x94,
    (m) => {
      m.remember();
    },
  ],
  [0x68, push((m) => m.recalled(m.byte()))],
  [0x6a, push((m) => m.recalled(m.uint32()))],
];

const OBJECTS: readonly (readonly [number, Opcode])[] = [
  // GLOBAL, STACK_GLOBAL
  [0x63, push((m) => ({ kind: 'global', path: `${m.line()}.${m.line()}` }))],
  [0x93, push((m) => ({ kind: 'global', path: popped(m, 2).map(textOf).join('.') }))],
  // REDUCE, NEWOBJ, NEWOBJ_EX, BINPERSID
  [0x52, push((m) => called(popped(m, 2)))],
  [0x81, push((m) => called(popped(m, 2)))],
  [0x92, push((m) => called(popped(m, 3).slice(0, 2)))],
  [0x51, push((m) => persistent(m.pop()))],
  // BUILD
  [
    0x62,
    (m) => {
      build(m, m.pop());
    },
  ],
];

/** By the names of Python's `pickle`. */
const OPCODES: ReadonlyMap<number, Opcode> = new Map([
  ...NUMBERS,
  ...TEXTS,
  ...COLLECTIONS,
  ...STACK,
  ...OBJECTS,
]);

function integer(machine: Machine, length: number): number | bigint {
  if (length > MAX_INTEGER_BYTES) throw new PickleError('integer too long');
  const bytes = machine.take(length);
  if (length === 0) return 0;
  const digits = Buffer.from(bytes).reverse().toString('hex');
  const value = BigInt.asIntN(8 * length, BigInt(`0x${digits}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function popped(machine: Machine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function textOf(value: PickleValue): string {
  if (typeof value !== 'string') throw new PickleError('no text');
  return value;
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = machine.top();
  if (!isObject(list) || (list.kind !== 'list' && list.kind !== 'instance')) throw new PickleError('no list');
  if (list.kind === 'list') for (const item of items) list.items.push(item);
}

function setItems(machine: Machine, items: readonly PickleValue[]): void {
  const dict = machine.top();
  if (!isObject(dict) || !('entries' in dict)) throw new PickleError('no dict');
  for (const [key, value] of pairsOf(items)) dict.entries.set(key, value);
}

function pairsOf(items: readonly PickleValue[]): readonly (readonly [PickleValue, PickleValue])[] {
  if (items.length % 2 !== 0) throw new PickleError('no pairs');
  return Array.from({ length: items.length / 2 }, (_, index) => [
    items[2 * index] ?? null,
    items[2 * index + 1] ?? null,
  ]);
}

function called([callee = null, args]: readonly PickleValue[]): PickleValue {
  return reduced(callee, itemsOf(args));
}

/** What is set on a dict or a tensor are attributes, of which weights have none. */
function build(machine: Machine, state: PickleValue): void {
  const built = machine.top();
  if (isObject(built) && built.kind === 'instance') built.state = state;
}
