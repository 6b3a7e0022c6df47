import type { Fetches } from './session.js';

/** The values of a float output. */
export function floats(results: Fetches, name: string): Float32Array {
  const data = results[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new Error(`output ${name} is no float tensor`);
}

/** The values of an int64 output. */
export function integers(results: Fetches, name: string): readonly number[] {
  const data = results[name]?.data;
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  throw new Error(`output ${name} is no int64 tensor`);
}
