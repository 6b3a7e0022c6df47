// Keeps a picture of the window in which a test failed.
import { afterEach } from 'vitest';
import { Workbench } from './workbench.js';

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await Workbench.latest?.screenshot(`failed.${task.name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
});
