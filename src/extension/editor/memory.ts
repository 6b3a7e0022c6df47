import type { Memento } from 'vscode';

import type { GraphChoice } from '../../checkpoints/opening.js';
import type { RememberedSource } from '../../checkpoints/watch.js';
import type { EvaluationChoice, RememberedEvaluation } from '../../evaluation/disk/choice.js';

/** What the workspace remembers between sessions. */
interface Remembered {
  /** Path of the model that explains pictures; `SAMPLE_MODEL` for the embedded one. */
  readonly model: string;
  /** Label of the expected class by path of the picture, the latest last. */
  readonly expected: Readonly<Record<string, string>>;
  /** Where training runs are watched, and what has gone there. */
  readonly runs: readonly RememberedSource[];
  /** What runs of weights are put into, by their ids, where the user chose it. */
  readonly graphs: Readonly<Record<string, GraphChoice>>;
  /** Whether panels show the pictures of the folder in a row. */
  readonly filmstrip: boolean;
  /** What was evaluated last, and where its report is. */
  readonly evaluationChoice: EvaluationChoice;
  readonly lastReport: string;
  /** Under way or paused. */
  readonly evaluations: readonly RememberedEvaluation[];
}

/** Stands for the embedded model, whose path changes with every version of the extension. */
export const SAMPLE_MODEL = 'sample';

const EXPECTED_LIMIT = 500;

/** A typed view of the workspace's memento. */
export class Memory {
  readonly #memento: Memento;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  get model(): string | undefined {
    return this.#get('model');
  }

  rememberModel(path: string): Thenable<void> {
    return this.#set('model', path);
  }

  expectedClass(image: string): string | undefined {
    return this.#get('expected')?.[image];
  }

  /** @param name by which the class is found again; null forgets */
  rememberExpectedClass(image: string, name: string | null): Thenable<void> {
    const all = Object.entries(this.#get('expected') ?? {}).filter(([path]) => path !== image);
    if (name !== null) all.push([image, name]);
    return this.#set('expected', Object.fromEntries(all.slice(-EXPECTED_LIMIT)));
  }

  get runs(): readonly RememberedSource[] {
    return this.#get('runs') ?? [];
  }

  rememberRuns(sources: readonly RememberedSource[]): Thenable<void> {
    return this.#set('runs', sources);
  }

  get graphs(): Readonly<Record<string, GraphChoice>> {
    return this.#get('graphs') ?? {};
  }

  rememberGraphs(graphs: Readonly<Record<string, GraphChoice>>): Thenable<void> {
    return this.#set('graphs', graphs);
  }

  get isFilmstripShown(): boolean {
    return this.#get('filmstrip') ?? true;
  }

  rememberFilmstrip(isShown: boolean): Thenable<void> {
    return this.#set('filmstrip', isShown);
  }

  get evaluationChoice(): EvaluationChoice | undefined {
    return this.#get('evaluationChoice');
  }

  rememberEvaluationChoice(choice: EvaluationChoice): Thenable<void> {
    return this.#set('evaluationChoice', choice);
  }

  get lastReport(): string | undefined {
    return this.#get('lastReport');
  }

  rememberReport(file: string): Thenable<void> {
    return this.#set('lastReport', file);
  }

  get evaluations(): readonly RememberedEvaluation[] {
    return this.#get('evaluations') ?? [];
  }

  rememberEvaluations(evaluations: readonly RememberedEvaluation[]): Thenable<void> {
    return this.#set('evaluations', evaluations);
  }

  #get<K extends keyof Remembered>(key: K): Remembered[K] | undefined {
    return this.#memento.get<Remembered[K]>(key);
  }

  #set<K extends keyof Remembered>(key: K, value: Remembered[K]): Thenable<void> {
    return this.#memento.update(key, value);
  }
}
