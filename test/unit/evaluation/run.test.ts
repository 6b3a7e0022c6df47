import {
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  existsSync,
  mkdirSync,
  copyFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Evaluation } from '../../../src/evaluation/disk/evaluation.js';
import type { EvaluationOrder } from '../../../src/evaluation/disk/planning.js';
import { mergeFiles, readReport, writeReport } from '../../../src/evaluation/disk/reportFile.js';
import { fileOf } from '../../../src/evaluation/journal.js';
import { failureGroups } from '../../../src/evaluation/failureGroups.js';
import { callOf, fakeInfo, fakeOrder, fakeWorld } from './fakeEngine.js';

const folder = mkdtempSync(join(tmpdir(), 'relevance-cam-evaluation-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const model = join(folder, 'model.onnx');
const images = join(folder, 'images');
const SMEARED = ['class0/smeared.png', 'class2/smeared.png'];
const UNNAMED = [0, 1, 2, 3].map((i) => `class1/unnamed${i}.png`);
const NAMES = [...Array.from({ length: 17 }, (_, i) => `class${i % 3}/${i}.png`), ...SMEARED, ...UNNAMED];
const PAINTED = ['masks', 'SegmentationClass', 'SegmentationObject'].map((name) => `${name}/0.png`);
const BROKEN = ['broken1.heic', 'class1/broken2.jpg', 'bug.png'];
beforeAll(() => {
  writeFileSync(model, 'weights');
  for (const name of [...NAMES, ...BROKEN, 'notes.txt', '.hidden.png', '0.mask.png', ...PAINTED]) {
    mkdirSync(join(images, name, '..'), { recursive: true });
    writeFileSync(join(images, name), '');
  }
});

const orderOf = (report: string, more: Partial<EvaluationOrder> = {}): EvaluationOrder =>
  fakeOrder(model, images, join(folder, report), more);

/** Runs to the end, or until so many pictures are done. @returns their files, and what the engine was asked */
async function run(
  order: EvaluationOrder,
  most = Infinity,
): Promise<{ readonly files: readonly string[]; readonly evaluated: readonly string[] }> {
  const world = fakeWorld();
  const evaluation = await Evaluation.plan(order, fakeInfo(model), world);
  const controller = new AbortController();
  const files: string[] = [];
  for await (const entry of evaluation.run(callOf(controller.signal), () => undefined)) {
    files.push(fileOf(entry));
    if (files.length === most) controller.abort();
  }
  if (evaluation.done === evaluation.total) await evaluation.finish();
  return { files, evaluated: world.evaluated };
}

const textOf = (report: string): string => readFileSync(join(folder, report), 'utf8');

describe('an evaluation', () => {
  it('has every picture once, in natural order, and counts those that fail', async () => {
    await run(orderOf('whole.json'));
    const { pictures, failed, plan, model: evaluated } = await readReport(join(folder, 'whole.json'));
    const files = pictures.map(({ file }) => file);
    expect(files.toSorted()).toEqual(NAMES.toSorted());
    expect(files.indexOf('class0/9.png')).toBe(files.indexOf('class0/12.png') - 1);
    expect(
      failed.map(({ file, failure: { code, parameters, detail } }) => [
        file,
        code,
        parameters['file'],
        detail,
      ]),
    ).toEqual([
      ['broken1.heic', 'foreignPicture', 'broken1.heic', ''],
      ['bug.png', 'unexpected', 'bug.png', ''],
      ['class1/broken2.jpg', 'foreignPicture', 'class1/broken2.jpg', ''],
    ]);
    expect(failureGroups(failed).map((group) => group.files)).toEqual([
      ['broken1.heic', 'class1/broken2.jpg'],
      ['bug.png'],
    ]);
    expect([plan.root, plan.found, evaluated.file]).toEqual(['images', 26, 'model.onnx']);
    expect(existsSync(join(folder, 'whole.json.journal'))).toBe(false);
  });

  it('lists the pictures of which it could not be read what is marked', async () => {
    const { unread } = await readReport(join(folder, 'whole.json'));
    expect(unread).toEqual(
      SMEARED.map((file) => ({
        file,
        failure: {
          code: 'badAnnotations',
          parameters: { file: `${file}.xml`, reason: 'it is no XML' },
          detail: '',
        },
      })),
    );
  });

  it('compares with the regions of the expected class where the predicted one has none, or none by name', async () => {
    const world = fakeWorld();
    const report = await readReport(join(folder, 'whole.json'));
    for (const { file, expected, predicted, target, marked, values } of report.pictures) {
      expect([target, marked?.target]).toEqual([predicted, expected[0]]);
      const ask = (of: number | null) =>
        world.engine.evaluate(
          {
            ...{ model, settings: {}, picture: file, target: of, sources: [], seed: 0, channels: false },
            ...askedOf(report.plan),
          },
          callOf(),
        );
      const [predictedCells, expectedCells] = [await ask(null), await ask(expected[0] ?? null)];
      expect(values.flat()).toEqual(
        predictedCells.cells.map(({ values: found }, place) => [
          found['average-drop'],
          expectedCells.cells[place]?.values.iou,
        ]),
      );
    }
  });

  it('that is interrupted again and again gives the same report, and evaluates nothing twice', async () => {
    const evaluated: string[] = [];
    for (let most = 1; !existsSync(join(folder, 'stopped.json')); most += 3)
      evaluated.push(...(await run(orderOf('stopped.json'), most)).evaluated);
    expect(textOf('stopped.json')).toBe(textOf('whole.json'));
    const again = (await run(orderOf('again.json'))).evaluated;
    expect(evaluated.toSorted()).toEqual(again.toSorted());
  });

  it('keeps for every channel the pictures that excite it most, the first by name of equal ones', async () => {
    const { channels, plan, pictures } = await readReport(join(folder, 'whole.json'));
    const tensors = plan.layers.map(({ tensor }) => tensor);
    const answers = await Promise.all(
      pictures.map(async ({ file }) => {
        const asked = { ...askedOf(plan), picture: file, target: null, sources: [], seed: 0 };
        return fakeWorld().engine.evaluate(
          { ...{ model, settings: {} }, ...asked, channels: true },
          callOf(),
        );
      }),
    );
    expect(channels?.layers).toHaveLength(tensors.length);
    expect(channels?.layers.at(-1)).toEqual({ relevance: [], activation: [] });
    for (const kind of ['relevance', 'activation'] as const) {
      const rankings = channels?.layers[0]?.[kind] ?? [];
      expect(rankings.length).toBeGreaterThan(0);
      for (const [channel, ranking] of rankings.entries()) {
        const all = answers.map((answer, place) => ({
          file: pictures[place]?.file,
          value: Number(answer.channels?.layers[0]?.[kind][channel]?.toPrecision(6)),
          position: answer.channels?.layers[0]?.[`${kind}At`][channel],
        }));
        // Pictures are in natural order, and sorting keeps it where values are equal.
        const best = all.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
        const found = ranking.map(([picture, value, position]) => {
          const file = channels?.pictures[picture]?.file;
          return { file, value, position };
        });
        expect(found).toEqual(best.slice(0, 9));
        expect(found.length).toBeGreaterThan(4);
      }
    }
  });

  it('in parts gives the same report, from wherever the parts are merged', async () => {
    const shards = [1, 2, 3].map((index) => ({ index, count: 3 }));
    for (const shard of shards) await run(orderOf(`parts/${shard.index}.json`, { shard }));
    const files = [3, 1, 2].map((index) => join(folder, `parts/${index}.json`));
    const out = join(folder, 'merged.json');
    await writeReport(out, await mergeFiles(files, out));
    expect(textOf('merged.json')).toBe(textOf('whole.json'));
  });

  it('knows its own report, and no other', async () => {
    const finished = async (more: Partial<EvaluationOrder>): Promise<boolean> => {
      const evaluation = await Evaluation.plan(orderOf('whole.json', more), fakeInfo(model), fakeWorld());
      return (await evaluation.finished()) !== null;
    };
    expect([await finished({}), await finished({ seed: 6 })]).toEqual([true, false]);
  });

  it('does not go on with the journal of another', async () => {
    await run(orderOf('other.json'), 3);
    await expect(run(orderOf('other.json', { limit: 4 }))).rejects.toMatchObject({
      failure: { code: 'otherJournal', parameters: { part: 'limit' } },
    });
  });

  it('ends, with all kept that was done, where the model is at fault', async () => {
    const others = join(folder, 'others');
    mkdirSync(others);
    for (const name of ['1.png', '2.png', '3-gone.png']) copyFileSync(model, join(others, name));
    const order = { ...orderOf('gone.json'), images: [others] };
    await expect(run(order)).rejects.toMatchObject({ failure: { code: 'changedModel' } });
    rmSync(join(others, '3-gone.png'));
    copyFileSync(model, join(others, '3.png'));
    await expect(run(order)).rejects.toMatchObject({
      failure: { code: 'otherJournal', parameters: { part: 'pictures' } },
    });
  });

  it('waits while the next picture is not asked for', async () => {
    const world = fakeWorld();
    const evaluation = await Evaluation.plan(orderOf('paused.json'), fakeInfo(model), world);
    const pictures = evaluation.run(callOf(), () => undefined);
    await pictures.next();
    const asked = world.evaluated.length;
    await new Promise((done) => setImmediate(() => setImmediate(done)));
    expect(world.evaluated).toHaveLength(asked);
    await pictures.return();
    expect((await run(orderOf('paused.json'))).files).toHaveLength(26);
    expect(textOf('paused.json')).toBe(textOf('whole.json'));
  });
});

describe('the pictures', () => {
  it('of globs and files are named from the folder that they have in common', async () => {
    const report = 'some.json';
    await run({ ...orderOf(report), images: [`${images}/class0/*2.png`, join(images, 'class1/1.png')] });
    const { pictures, plan } = await readReport(join(folder, report));
    expect([plan.root, pictures.map(({ file }) => file)]).toEqual([
      'images',
      ['class0/12.png', 'class1/1.png'],
    ]);
  });

  it('that are not there are an error that names where they were looked for', async () => {
    const nowhere = join(folder, 'nowhere');
    await expect(run({ ...orderOf('none.json'), images: [nowhere] })).rejects.toMatchObject({
      failure: { code: 'noPictures', parameters: { folders: nowhere } },
    });
  });
});

function askedOf({ methods, layers, metrics }: Awaited<ReturnType<typeof readReport>>['plan']) {
  return { methods, metrics, layers: layers.map(({ tensor }) => tensor) };
}
