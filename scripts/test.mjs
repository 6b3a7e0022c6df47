// Every test of the project, with all of its own set-up. The last line is the sum: `N passed, N failed`, and
// `, N skipped` where some were.
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

/** One stage after the other; the steps of one stage side by side. */
const stages = [
  {
    types: () => check(bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json', '--noEmit'),
    lint: () => check(bin('eslint', 'bin/eslint.js'), '--max-warnings', '0', '.'),
    arrows: () => check(bin('dependency-cruiser', 'bin/dependency-cruise.mjs'), 'src'),
    format: () => check(bin('prettier', 'bin/prettier.cjs'), '--check', '.'),
  },
  { 'unit tests': () => runVitest('run') },
  { build: () => check('esbuild.mjs') },
  { 'in the extension host': runIntegration },
  { package: () => check('scripts/package.mjs') },
  { 'in the browser': () => runVitest('run', '--config', 'vitest.e2e.config.mjs') },
];

const outcomes = [];
for (const stage of stages) {
  console.log(`\n── ${Object.keys(stage).join(', ')}`);
  outcomes.push(...(await Promise.all(Object.entries(stage).map(timed))));
}

console.log('');
for (const { name, seconds, causes = [], ...counts } of outcomes) {
  for (const cause of causes) console.log(`✘ ${cause}\n`);
  console.log(`${counts.failed === 0 ? '✔' : '✘'} ${name}: ${told(counts)} (${seconds} s)`);
}
const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
console.log(told({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }));
process.exitCode = sum('failed') === 0 ? 0 : 1;

function told({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

async function timed([name, run]) {
  const start = Date.now();
  return { name, ...(await run()), seconds: Math.round((Date.now() - start) / 1000) };
}

/** One case: whether the program ends with 0. What it prints is shown when it ends. */
async function check(...args) {
  const { code, output } = await runNode(args, () => undefined);
  process.stdout.write(output);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** Counts by vitest's own report. What failed is told again at the end, where it is found. */
async function runVitest(...args) {
  const report = path.join(root, 'out/vitest.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await runNode([vitest, ...args, ...reporters]);
  const { testResults = [], ...counts } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const outcome = outcomeOf(code, counts.numPassedTests, counts.numFailedTests, counts.numPendingTests);
  return { ...outcome, causes: testResults.flatMap(causesOf) };
}

/** Every test of a file that failed with its message, or that of the file. */
function causesOf({ name, status, message, assertionResults }) {
  if (status === 'passed') return [];
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const told = failed.map((test) => [test.fullName, ...test.failureMessages]);
  return (failed.length === 0 ? [[message]] : told).map((lines) =>
    [path.relative(root, name), ...lines].join('\n  '),
  );
}

/** Counts by Mocha's closing lines. */
async function runIntegration() {
  const { code, output } = await runNode(['scripts/integration.mjs']);
  const count = (word) => new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(output)?.[1];
  return outcomeOf(code, count('passing'), count('failing'), count('pending'));
}

/** A run that ended badly, or in which nothing ran, has failed whatever it counted. */
function outcomeOf(code, ...counts) {
  const [passed, failed, skipped] = [0, 1, 2].map((index) => Number(counts[index] ?? 0));
  return { passed, failed: code === 0 && passed > 0 ? failed : Math.max(1, failed), skipped };
}

/** Runs a Node program and keeps what it prints; `show` gets that as it comes. */
function runNode(args, show = (chunk) => process.stdout.write(chunk)) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        output += chunk;
        show(chunk);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
