// One server for all flows of a project.
import type { TestProject } from 'vitest/node';
import { startBed, type Bed } from './startBed.js';

declare module 'vitest' {
  interface ProvidedContext {
    bed: Bed;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { bed, stop } = await startBed(project.name === 'packaged');
  project.provide('bed', bed);
  return stop;
}
