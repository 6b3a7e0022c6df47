import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { evaluateArguments } from '../../../src/cli/evaluate/evaluateArguments.js';
import { shardOf } from '../../../src/cli/evaluate/shard.js';
import { parseReport } from '../../../src/evaluation/readReport.js';
import { temporaryFolder } from '../image/helpers.js';
import { program, ROOT } from './program.js';

const folder = temporaryFolder();
const cli = program('evaluate');

const SAMPLE = join(ROOT, 'media/sample');
const ASKED = [
  ...['evaluate', '--model', join(SAMPLE, 'sample.onnx'), '--images', join(SAMPLE, 'pictures')],
  ...['--methods', 'relevance-cam,grad-cam', '--layers', 'layer2,layer4'],
  ...['--metrics', 'average-drop', 'iou'],
];
const evaluate = (...words: string[]) => cli(...ASKED, ...words);
const textOf = (name: string): string => readFileSync(folder.path(name), 'utf8');

describe('evaluate', () => {
  test('reports every picture of the sample, and writes tables', async () => {
    const files = ['csv', 'markdown', 'latex'].flatMap((name) => [`--${name}`, folder.path(`whole.${name}`)]);
    const { status, printed, reported } = await evaluate('--out', folder.path('whole.json'), ...files);
    expect([status, reported]).toEqual([0, '']);
    const report = parseReport('whole.json', textOf('whole.json'));
    expect(report.pictures).toHaveLength(10);
    expect(report.pictures.every(({ expected, marked }) => expected.length > 0 && marked !== null)).toBe(
      true,
    );
    expect(report.plan.layers.map(({ label }) => label)).toEqual(['layer2', 'layer4']);
    expect(report.channels?.layers.map(({ activation }) => activation[0]?.length)).toEqual([9, 9]);
    expect(printed).toContain('classified correctly: 10 of 10 (100.0 %)');
    expect(textOf('whole.csv').split('\r\n')).toHaveLength(1 + 2 * 2 * 2 + 1);
    expect(textOf('whole.markdown')).toContain('| Layer | Relevance-CAM | Grad-CAM |');
    expect(textOf('whole.latex')).toContain('\\begin{tabular}');
  });

  test('keeps which pictures excite channels where Relevance-CAM weighs them, if it may', () => {
    const keeps = (...words: string[]): boolean => {
      const found = evaluateArguments(['--model', 'm', '--images', 'i', '--out', 'o', ...words]);
      return found.task === 'run' && found.channels;
    };
    const asked = [keeps(), keeps('--no-channels'), keeps('--methods', 'grad-cam')];
    expect(asked).toEqual([true, false, false]);
  });

  test('in two parts and merged gives the same report, byte by byte', async () => {
    for (const part of ['1/2', '2/2'])
      expect((await evaluate('--shard', part, '--out', folder.path(`${part[0] ?? ''}.json`))).status).toBe(0);
    const parts = ['2.json', '1.json'].map((name) => folder.path(name));
    const { status } = await cli('evaluate', '--merge', ...parts, '--out', folder.path('merged.json'));
    expect(status).toBe(0);
    expect(textOf('merged.json')).toBe(textOf('whole.json'));
  });

  test('goes on after an interrupt, and says so', async () => {
    const out = folder.path('stopped.json');
    const words = [join(ROOT, 'out/test-cli/evaluate/cli.js'), ...ASKED, '--out', out];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.on('data', (bytes: Buffer) => (told += bytes.toString()));
    const ended = new Promise((done) => child.once('close', done));
    const lines = (): number => readFileSync(`${out}.journal`, 'utf8').split('\n').length;
    await vi.waitFor(
      () => {
        expect(existsSync(`${out}.journal`) && lines()).toBeGreaterThan(2);
      },
      { timeout: 60_000, interval: 2 },
    );
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(told).toMatch(/Stopped after \d of 10 pictures\. The same command goes on from there\./);
    const { status, reported } = await evaluate('--out', out);
    expect([status, reported]).toEqual([0, expect.stringMatching(/Goes on after \d of 10 pictures/)]);
    expect(textOf('stopped.json')).toBe(textOf('whole.json'));
    expect((await evaluate('--out', out)).reported).toContain('holds this evaluation already');
  });

  test('ends with status 1, and names what got worse', async () => {
    const worse = parseReport('whole.json', textOf('whole.json'));
    const better = worse.pictures.map((picture) => ({
      ...picture,
      values: picture.values.map((layers) => layers.map(([drop = 0, iou = 0]) => [drop, (iou ?? 0) + 0.25])),
    }));
    writeFileSync(folder.path('earlier.json'), JSON.stringify({ ...worse, pictures: better }));
    const compared = ['--out', folder.path('whole.json'), '--baseline', folder.path('earlier.json')];
    const { status, reported } = await evaluate(...compared, '--fail-if', 'iou@layer4 < -0.2');
    expect(status).toBe(1);
    expect(reported).toMatch(
      /Relevance-CAM at layer4: IoU 0\.\d+ → 0\.\d+, −0\.250 \(95 %: −0\.250 – −0\.250, n = 10\)/,
    );
    expect(reported).not.toContain('layer2');
    expect(
      (await evaluate(...compared, '--fail-if', 'iou < -0.3', '--fail-if', 'average-drop > +1')).status,
    ).toBe(0);
  });

  test.each([
    [['--fail-if', 'iou < -1'], '--fail-if compares with an earlier report: name it with --baseline.'],
    [['--metrics', 'taste'], 'There is no metric taste.'],
    [['--limit', '0'], '--limit must be a whole number from 1, not 0.'],
    [['--shard', '3/2'], '--shard 3/2 is no part: part 3 of 2.'],
    [['--baseline', 'nowhere.json'], 'Cannot read nowhere.json: there is no such file.'],
  ])('%j is refused in a sentence', async (words, told) => {
    const { status, reported } = await evaluate('--out', folder.path('refused.json'), ...words);
    expect([status, reported]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe('--shard auto', () => {
  test.each([
    ['auto', { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '0' }, '4/4'],
    ['auto', { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '1' }, '1/4'],
    [
      'auto',
      {
        ...{ SLURM_ARRAY_TASK_ID: '30', SLURM_ARRAY_TASK_COUNT: '4' },
        ...{ SLURM_ARRAY_TASK_MIN: '10', SLURM_ARRAY_TASK_STEP: '10' },
      },
      '3/4',
    ],
    ['auto/8', { JOB_COMPLETION_INDEX: '0' }, '1/8'],
    ['auto', { JOB_COMPLETION_INDEX: '7', JOB_COMPLETION_COUNT: '8' }, '8/8'],
  ])('%s in %j is part %s', (text, environment, part) => {
    const { index, count } = shardOf(text, environment);
    expect(`${index}/${count}`).toBe(part);
  });

  test.each([
    ['auto', {}, 'neither is set'],
    ['auto', { JOB_COMPLETION_INDEX: '0' }, '--shard auto/8'],
    ['auto', { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_COUNT: '2' }, 'part 6 of 2'],
    ['2', {}, 'no part'],
    ['1/2/3', {}, 'no part'],
    ['1/', {}, 'no part'],
    ['0x1/2', {}, 'no part'],
    ['auto/', { JOB_COMPLETION_INDEX: '0' }, 'no part'],
  ])('%s in %j says what is missing', (text, environment, told) => {
    expect(() => shardOf(text, environment)).toThrow(told);
  });
});
