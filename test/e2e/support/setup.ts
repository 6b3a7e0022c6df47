// The extension is installed once for all flows of a project.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeBed, type Bed } from './bed.js';

declare module 'vitest' {
  interface ProvidedContext {
    bed: Bed;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-bed-'));
  project.provide('bed', makeBed(folder, project.name === 'packaged'));
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
