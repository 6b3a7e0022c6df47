import path from 'node:path';

/** A file of test/fixtures/cases: small files that stand for situations of real model files. */
export const caseFile = (name: string): string =>
  path.resolve(import.meta.dirname, '../../fixtures/cases', name);
