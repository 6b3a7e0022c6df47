import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

import { createSession } from '../../../src/engine/runtime/session.js';
import { graphOf, node } from './graphs.js';

test('ONNX Runtime’s telemetry is off: it would leave its log, named after the process', async () => {
  const session = await createSession(graphOf([1], [node('Relu', ['x'], ['y'])]), 'test graph');
  await session.dispose();
  expect(existsSync(path.join(tmpdir(), `mat-debug-${process.pid}.log`))).toBe(false);
});
