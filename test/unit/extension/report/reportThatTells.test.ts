import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ReportChannels } from '../../../../src/evaluation/channels/excited.js';
import { readReport } from '../../../../src/evaluation/disk/reportFile.js';
import { reportText } from '../../../../src/evaluation/makeReport.js';
import type { EvaluationReport } from '../../../../src/evaluation/report.js';
import { reportThatTells } from '../../../../src/extension/report/reportThatTells.js';
import { reportOf } from '../../evaluation/reports.js';

const MODEL = 'a model';
/** As reports tell a model: of its file's size and bytes. */
const SHA256 = createHash('sha256').update(`${MODEL.length}\n${MODEL}`).digest('hex');

/** Of the first of two layers. */
const CHANNELS: ReportChannels = {
  pictures: [{ file: '0.png', width: 4, height: 3, crop: { x: 0, y: 0, width: 4, height: 3 } }],
  layers: [
    { relevance: [[[0, 0.5, 1]]], activation: [[[0, 2, 1]]] },
    { relevance: [], activation: [] },
  ],
};

const TELLS: EvaluationReport = {
  ...reportOf([], { channels: true }),
  model: { ...reportOf([]).model, sha256: SHA256 },
  channels: CHANNELS,
};
const OF_ANOTHER_MODEL: EvaluationReport = { ...TELLS, model: { ...TELLS.model, sha256: 'another' } };
const WITHOUT_CHANNELS: EvaluationReport = { ...reportOf([]), model: TELLS.model };

describe('the report that tells what excites a channel', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-'));
    writeFileSync(path.join(folder, 'model.onnx'), MODEL);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** @param reports by name, the one written first at the beginning */
  const found = async (
    reports: Readonly<Record<string, EvaluationReport | string>>,
    { tensor = 'a', model = 'model.onnx', signal = new AbortController().signal } = {},
  ): Promise<string | null> => {
    const paths = Object.entries(reports).map(([name, report], place) => {
      const file = path.join(folder, name);
      writeFileSync(file, typeof report === 'string' ? report : reportText(report));
      utimesSync(file, 1000 + place, 1000 + place);
      return file;
    });
    const asked = { model: { files: [path.join(folder, model)] }, tensor };
    const best = await reportThatTells(paths.sort(), readReport, asked, signal);
    return best && path.basename(best);
  };

  it('is the one of this very model written last, in whatever order they are listed', async () => {
    expect(await found({ b: TELLS, c: TELLS, a: TELLS, d: OF_ANOTHER_MODEL })).toBe('a');
    expect(await found({ a: TELLS, b: TELLS, c: WITHOUT_CHANNELS })).toBe('b');
  });

  it('is none where no report knows the layer’s channels; then the model is not read', async () => {
    const reports = { a: WITHOUT_CHANNELS, b: TELLS };
    expect(await found(reports, { tensor: 'b', model: 'gone.onnx' })).toBeNull();
    expect(await found({ a: OF_ANOTHER_MODEL })).toBeNull();
    expect(await found({})).toBeNull();
  });

  it('is found beside files that are no reports', async () => {
    expect(await found({ a: TELLS, b: '{', c: '{"format":"another"}' })).toBe('a');
  });

  it('is not looked for any longer once that is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(found({ a: TELLS }, { signal })).rejects.toMatchObject({ failure: { code: 'cancelled' } });
  });
});
