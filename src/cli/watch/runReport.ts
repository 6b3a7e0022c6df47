import { basename, extname, join } from 'node:path';

import { overlayPng } from '../../engine/export/drawings.js';
import { ClassNames } from '../../labels/classNames.js';
import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { Picture } from '../../protocol/explanation.js';
import { fileNameOf } from '../../protocol/fileNames.js';
import type { MethodId } from '../../protocol/methods.js';
import type { LayerNode, ModelInfo } from '../../protocol/model.js';
import { methodFor } from '../../protocol/pixels.js';
import type { StepUnit } from '../../protocol/timeline.js';
import { DISPLAY } from '../display.js';
import { GRID_SIDE } from '../grid.js';
import { selectClass } from '../selectClass.js';
import { selectLayers } from '../selectLayers.js';
import type { Terminal } from '../terminal.js';
import { writeOutput } from '../writing.js';
import { History, MOST_VALUES } from './history.js';
import { stripPng } from './strip.js';
import { csvOf, rowsOf } from './watchedRun.js';
import type { Row, Seen } from './watchedRun.js';
import type { WatchArguments } from './watchArguments.js';

/** Longer side of the overlays, in pixels. */
const OVERLAY_SIDE = 512;

export interface ReportSource {
  readonly name: string;
  readonly unit: StepUnit;
  /** Of the checkpoint opened first: the others have the same layers. */
  readonly info: ModelInfo;
  readonly options: WatchArguments;
  /** Whether its files need no folder of their own. */
  readonly isOnly: boolean;
}

/** What is written of a run. */
export class RunReport {
  readonly method: MethodId;
  /** Tensors; the input's name stands for its pixels. */
  readonly layers: readonly string[];
  readonly #source: ReportSource;
  readonly #targets = new Map<string, number>();
  readonly #history = new History(MOST_VALUES);
  /** What was learned since it was written last. */
  #fresh: { readonly picture: string; readonly seen: Seen }[] = [];

  /** @throws unknownLayer, CommandError where a layer is not there */
  constructor(source: ReportSource) {
    const { info, options } = source;
    this.#source = source;
    this.method = methodFor(info, options.method);
    const open = info.layers.filter(({ blockedBy }) => blockedBy === null).map(({ tensor }) => tensor);
    this.layers = selectLayers(info, options.layers) ?? (info.layers.length > 0 ? open : [info.input.name]);
  }

  get info(): ModelInfo {
    return this.#source.info;
  }

  /** The class to explain; null where the last checkpoint's prediction decides. @param folder the picture lies in */
  targetOf(picture: string, folder: string): number | null {
    const { info, options } = this.#source;
    if (options.target !== null) return selectClass(info, options.target);
    return this.#targets.get(picture) ?? new ClassNames(info.labels).only(folder);
  }

  learn(picture: string, target: number, seen: Seen): void {
    this.#targets.set(picture, target);
    this.#history.learn(picture, seen);
    this.#fresh.push({ picture, seen });
  }

  get rows(): readonly Row[] {
    return this.#history.pictures.flatMap((picture) =>
      rowsOf(this.#source.name, basename(picture), this.#history.of(picture)),
    );
  }

  /** @param all of this command, whose numbers stand in one table. @throws CommandError; cancelled */
  async write(engine: EngineApi, call: Call, terminal: Terminal, all: readonly RunReport[]): Promise<void> {
    const { info, options } = this.#source;
    for (const { picture, seen } of this.#fresh) {
      const request = { path: picture, preprocessing: info.preprocessing };
      await this.#writeOverlays(
        picture,
        await engine.picture({ ...request, maxSide: OVERLAY_SIDE }, call),
        seen,
        call.signal,
      );
      const small = await engine.picture({ ...request, maxSide: GRID_SIDE }, call);
      await writeOutput(`${this.#place(picture)}.strip.png`, await this.#strip(picture, small), call.signal);
    }
    const lines = this.#fresh.map(({ picture, seen }) => `${JSON.stringify(this.#jsonOf(picture, seen))}\n`);
    this.#fresh = [];
    const rows = all.flatMap((report) => report.rows);
    await writeOutput(join(options.out, 'checkpoints.csv'), csvOf(rows), call.signal);
    if (options.json === '-') terminal.print(lines.join(''));
    else if (options.json !== null) {
      const text = all.flatMap((report) => report.#jsonLines()).join('');
      await writeOutput(options.json, text, call.signal);
    }
  }

  #jsonLines(): readonly string[] {
    return this.#history.pictures.flatMap((picture) =>
      this.#history.of(picture).map((seen) => `${JSON.stringify(this.#jsonOf(picture, seen))}\n`),
    );
  }

  #jsonOf(picture: string, { step, file, target, predicted, layers }: Seen): object {
    return {
      run: this.#source.name,
      step,
      file,
      picture,
      target,
      predicted,
      layers: layers.map(({ tensor, relevanceSum, top }) => ({ tensor, relevanceSum, top })),
    };
  }

  async #writeOverlays(
    picture: string,
    shown: Picture,
    { step, maps }: Seen,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [tensor, { width, height, values: map }] of maps) {
      const file = join(this.#place(picture), `${step}.${fileNameOf(tensor)}.overlay.png`);
      await writeOutput(file, await overlayPng(shown, { width, height, map }, DISPLAY), signal);
    }
  }

  #strip(picture: string, shown: Picture): Promise<Uint8Array> {
    const { name, unit, info } = this.#source;
    const seen = this.#history.of(picture);
    return stripPng({
      title: [basename(picture), name, seen.at(-1)?.target.label ?? ''].join(' · '),
      unit,
      picture: shown,
      layers: this.layers.map((tensor) => ({ tensor, name: layerName(info, tensor) })),
      seen: seen.filter(({ layers, maps }) => maps.size === layers.length),
    });
  }

  #place(picture: string): string {
    const { options, name, isOnly } = this.#source;
    const run = isOnly ? [] : name.split('/').map((part) => fileNameOf(part));
    return join(options.out, ...run, fileNameOf(basename(picture, extname(picture))));
  }
}

/** The outermost module that a tensor stands for, else its path. */
function layerName({ tree, layers }: ModelInfo, tensor: string): string {
  const find = (nodes: readonly LayerNode[]): string | undefined => {
    for (const node of nodes) {
      const found = node.tensor === tensor ? node.path : find(node.children);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(tree) ?? layers.find((layer) => layer.tensor === tensor)?.path ?? tensor;
}
