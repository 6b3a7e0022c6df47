import { describe, expect, it } from 'vitest';

import { Memory } from '../../../../src/extension/editor/memory.js';

function memory(): Memory {
  const values = new Map<string, unknown>();
  return new Memory({
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: (key: string, value: unknown) => {
      values.set(key, value);
      return Promise.resolve();
    },
  });
}

describe('what the workspace remembers', () => {
  it('is the expected class of a picture until it is forgotten', async () => {
    const remembered = memory();
    await remembered.rememberExpectedClass('/a.png', 'zebra');
    await remembered.rememberExpectedClass('/b.png', 'tusker');
    expect(remembered.expectedClass('/a.png')).toBe('zebra');
    await remembered.rememberExpectedClass('/a.png', null);
    expect(remembered.expectedClass('/a.png')).toBeUndefined();
    expect(remembered.expectedClass('/b.png')).toBe('tusker');
  });

  it('does not grow without end; what was said last stays', async () => {
    const remembered = memory();
    for (let i = 0; i < 600; i++) await remembered.rememberExpectedClass(`/${i}.png`, 'zebra');
    expect(remembered.expectedClass('/0.png')).toBeUndefined();
    expect(remembered.expectedClass('/100.png')).toBe('zebra');
    expect(remembered.expectedClass('/599.png')).toBe('zebra');
  });
});
