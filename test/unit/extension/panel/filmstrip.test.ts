import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Filmstrip } from '../../../../src/extension/panel/filmstrip.js';
import { newSubject } from '../../../../src/extension/panel/newSubject.js';
import type { ThumbnailRequest } from '../../../../src/protocol/engineApi.js';
import type { Explanation, Thumbnail } from '../../../../src/protocol/explanation.js';
import type { FilmstripMessage, Judgement } from '../../../../src/protocol/filmstrip.js';
import type { Subject } from '../../../../src/protocol/panel.js';
import type { TruthRequest } from '../../../../src/protocol/truth.js';
import { MODEL } from '../../models.js';
import { Calls } from './calls.js';

const THUMBNAIL: Thumbnail = { width: 1, height: 1, rgba: new Uint8ClampedArray(4) };

let folder: string;
let posted: FilmstripMessage[];
let thumbnails: Calls<ThumbnailRequest, Thumbnail>;
/** What files say that pictures show. */
let targets: readonly number[];
let named: string | undefined;
let isShown: boolean;
let isBusy: boolean;
let explained: string[];
let filmstrip: Filmstrip;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'films-'));
  for (const name of ['10.png', '2.png', '1.png', 'notes.txt']) writeFileSync(join(folder, name), '');
  posted = [];
  thumbnails = new Calls(() => THUMBNAIL);
  targets = [];
  named = undefined;
  isShown = true;
  isBusy = false;
  explained = [];
  filmstrip = new Filmstrip({
    engine: {
      thumbnail: thumbnails.make,
      truth: ({ pictures }: TruthRequest) =>
        Promise.resolve({
          pictures: pictures.map((picture) => ({ picture, targets, regions: [], unmatched: [] })),
          failures: [],
          absent: [],
        }),
    },
    memory: {
      expectedClass: () => named,
      get isFilmstripShown() {
        return isShown;
      },
      rememberFilmstrip: (shown) => {
        isShown = shown;
        return Promise.resolve();
      },
    },
    picture: () => join(folder, '2.png'),
    isBusy: () => isBusy,
    explain: (path) => {
      explained.push(path);
      return Promise.resolve();
    },
    post: (message) => posted.push(message),
  });
});

afterEach(() => {
  filmstrip.dispose();
  rmSync(folder, { recursive: true });
});

const made = (): readonly string[] =>
  posted.flatMap((message) => (message.type === 'thumbnail' ? message.name : []));

describe('the folder', () => {
  it('is told in natural order, and again only when it has changed', async () => {
    expect(await filmstrip.read()).toEqual({ place: 2, count: 3 });
    await filmstrip.read();
    expect(posted).toEqual([{ type: 'folder', pictures: ['1.png', '2.png', '10.png'], isShown: true }]);
    rmSync(join(folder, '10.png'));
    await filmstrip.read();
    expect(posted.at(-1)).toMatchObject({ pictures: ['1.png', '2.png'] });
  });

  it('leads to a picture, the next one, and to none that is not there', async () => {
    await filmstrip.receive({ type: 'showPicture', name: '10.png' });
    await filmstrip.step(1);
    await filmstrip.step(-1);
    await filmstrip.receive({ type: 'showPicture', name: '../1.png' });
    expect(explained).toEqual(['10.png', '10.png', '1.png'].map((name) => join(folder, name)));
  });

  it('is hidden, which is remembered', async () => {
    await filmstrip.receive({ type: 'showFilmstrip', isShown: false });
    expect(isShown).toBe(false);
    expect(posted.at(-1)).toMatchObject({ type: 'folder', isShown: false });
  });

  it('is hidden and shown by turns, and shown before the keyboard goes there', async () => {
    await filmstrip.toggle();
    expect(isShown).toBe(false);
    await filmstrip.reveal();
    expect(posted.at(-1)).toMatchObject({ type: 'folder', isShown: true });
    await filmstrip.reveal();
    expect(isShown).toBe(true);
    await filmstrip.toggle();
    expect(posted.at(-1)).toMatchObject({ type: 'folder', isShown: false });
  });
});

describe('thumbnails', () => {
  it('come one after the other; what is not in sight any more is not made', async () => {
    void filmstrip.receive({ type: 'thumbnails', names: ['1.png', '2.png', '10.png'] });
    const first = await thumbnails.nth(0);
    expect(thumbnails.made).toHaveLength(1);
    void filmstrip.receive({ type: 'thumbnails', names: ['10.png'] });
    first.answer();
    (await thumbnails.nth(1)).answer();
    await vi.waitFor(() => {
      expect(made()).toEqual(['1.png', '10.png']);
    });
  });

  it('wait while a picture is being explained', async () => {
    isBusy = true;
    void filmstrip.receive({ type: 'thumbnails', names: ['1.png'] });
    expect(thumbnails.made).toHaveLength(0);
    isBusy = false;
    filmstrip.follow(newSubject({ image: { path: join(folder, '2.png'), name: '2.png' }, place: null }));
    (await thumbnails.nth(0)).fail(new Error('damaged'));
    await vi.waitFor(() => {
      expect(posted).toContainEqual({ type: 'thumbnail', name: '1.png', thumbnail: null });
    });
  });
});

describe('judgements', () => {
  function subject(name: string, predicted: number, model = MODEL): Subject {
    const explanation: Explanation = {
      ...{ model: MODEL.path, method: 'relevance-cam', apart: null, layers: [], blocked: [] },
      ...{ values: new Float32Array(3), probabilities: new Float32Array(3) },
      predictions: [prediction(predicted)],
      target: prediction(0),
    };
    return {
      ...newSubject({ image: { path: join(folder, name), name }, place: null }),
      ...{ model, explanation, status: { kind: 'ready' } },
    };
  }

  function prediction(index: number): Explanation['target'] {
    return { index, label: MODEL.labels[index] ?? '', probability: 0.5, value: 0.5, logit: 1 };
  }

  async function told(count: number): Promise<readonly Judgement[]> {
    return vi.waitFor(() => {
      const last = posted.findLast((message) => message.type === 'judgements');
      if (last?.type !== 'judgements' || last.judgements.length !== count) throw new Error('not yet');
      return last.judgements;
    });
  }

  it('say what is predicted, and whether it is what files say', async () => {
    targets = [0];
    filmstrip.follow(subject('1.png', 0));
    await told(1);
    targets = [0, 1];
    filmstrip.follow(subject('2.png', 2));
    await told(2);
    targets = [];
    filmstrip.follow(subject('10.png', 2));
    const [a = '', b = '', c = ''] = MODEL.labels;
    expect(await told(3)).toMatchObject([
      { name: '1.png', predicted: { label: a }, expected: [a], isRight: true },
      { name: '2.png', predicted: { label: c }, expected: [a, b], isRight: false },
      { name: '10.png', predicted: { label: c }, expected: [], isRight: null },
    ]);
  });

  it('tell classes of one label apart by their numbers', async () => {
    targets = [0];
    filmstrip.follow(subject('1.png', 2, { ...MODEL, labels: ['crane', 'cup', 'crane'] }));
    expect(await told(1)).toMatchObject([{ predicted: { label: 'crane #2' }, expected: ['crane #0'] }]);
  });

  it('follow what the user names while files are still read', async () => {
    targets = [0];
    const shown = subject('1.png', 1);
    filmstrip.follow(shown);
    // The answer about the files is on its way.
    named = MODEL.labels[1];
    filmstrip.judgements.expectedChanged();
    filmstrip.follow(shown);
    expect(await told(1)).toMatchObject([{ isRight: true }]);
    await vi.waitFor(() => {
      expect(posted.filter(({ type }) => type === 'judgements')).toHaveLength(2);
    });
    expect(await told(1)).toMatchObject([{ expected: [MODEL.labels[1]], isRight: true }]);
  });

  it('follow what the user named, and end with the model', async () => {
    targets = [0];
    named = MODEL.labels[1];
    filmstrip.follow(subject('1.png', 1));
    expect(await told(1)).toMatchObject([{ isRight: true }]);
    filmstrip.follow(subject('2.png', 0, { ...MODEL }));
    await vi.waitFor(async () => {
      expect(await told(1)).toMatchObject([{ name: '2.png', isRight: false }]);
    });
  });
});
