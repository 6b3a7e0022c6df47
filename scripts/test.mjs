// Every test of the project, with all of its own set-up. The last line is the sum: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureDependencies, root } from './setup.mjs';

ensureDependencies();
const { bundleTestBed } = await import('./bundle-tests.mjs');
await bundleTestBed();
const { ensureTestBed } = await import('../out/bed/install.mjs');
ensureTestBed(root);

const bin = (name, script) => path.join('node_modules', name, script);
const vitest = bin('vitest', 'vitest.mjs');
const e2e = ['run', '--config', 'vitest.e2e.config.mjs', '--project'];

const steps = [
  ['types', () => check(bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json', '--noEmit')],
  ['lint', () => check(bin('eslint', 'bin/eslint.js'), '--max-warnings', '0', '.')],
  ['format', () => check(bin('prettier', 'bin/prettier.cjs'), '--check', '.')],
  ['unit tests', () => runVitest('run')],
  ['build', () => check('esbuild.mjs')],
  ['in the extension host', runIntegration],
  ['in the browser', () => runVitest(...e2e, 'development')],
  ['package', () => check('scripts/package.mjs')],
  ['in the browser, from the package', () => runVitest(...e2e, 'packaged')],
];

const outcomes = [];
for (const [name, run] of steps) {
  console.log(`\n── ${name}`);
  const start = Date.now();
  const outcome = { name, ...(await run()), seconds: Math.round((Date.now() - start) / 1000) };
  outcomes.push(outcome);
}

console.log('');
for (const { name, passed, failed, seconds } of outcomes) {
  const verdict = failed === 0 ? '✔' : '✘';
  console.log(`${verdict} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
}
const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;

/** One case: whether the program ends with 0. */
async function check(...args) {
  const { code } = await runNode(args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Counts by vitest's own report. */
async function runVitest(...args) {
  const report = path.join(root, 'out/vitest.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await runNode([vitest, ...args, ...reporters]);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  return outcomeOf(code, counts?.numPassedTests, counts?.numFailedTests);
}

/** Counts by Mocha's closing lines. */
async function runIntegration() {
  const { code, output } = await runNode(['scripts/integration.mjs']);
  const count = (word) => new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(output)?.[1];
  return outcomeOf(code, count('passing'), count('failing'));
}

/** A run that ended badly, or in which nothing ran, has failed whatever it counted. */
function outcomeOf(code, passed = 0, failed = 0) {
  const good = code === 0 && Number(passed) > 0;
  return { passed: Number(passed), failed: good ? Number(failed) : Math.max(1, Number(failed)) };
}

/** Runs a Node program, showing and keeping what it prints. */
function runNode(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.stderr.pipe(process.stderr);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
