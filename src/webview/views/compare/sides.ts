import { useMemo } from 'preact/hooks';
import type { ModelInfo } from '../../../protocol/model.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { NeedStatus } from '../../../protocol/panel.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { fill } from '../../common/format.js';
import { layerChoices, pixelChoice, type LayerChoice } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import { isBusy, type KnownSubject } from '../../state/pageState.js';
import { cellState, type CellState } from '../shared/cellState.js';
import { TOP, useCells, type CellResults } from '../shared/onDemand.js';
import { matchLayer, type MatchedLayer, type ModelLayers } from './matchLayers.js';
import { modelNames } from './modelNames.js';
import { sameClass, type SameClass } from './sameClass.js';

/** A model whose maps are compared: the panel's own, or the second one. */
export interface Side {
  readonly subject: KnownSubject;
  /** File of its model. */
  readonly name: string;
  /** How the explanation by it fares, which everything else waits for. */
  readonly status: NeedStatus;
  /** Its class that is explained. */
  readonly target: number;
  readonly cells: CellResults;
  /** The layer that stands for a row; null where there is none. */
  readonly layerOf: (row: LayerChoice) => LayerChoice | null;
}

/** The second model, and what tells which of its classes and layers stand for those of the first. */
export interface SecondSide extends Side {
  /** null as long as it has not explained the picture. */
  readonly sameClass: SameClass | null;
  readonly matched: (row: LayerChoice) => MatchedLayer | null;
}

export interface Sides {
  readonly first: Side;
  readonly second: SecondSide | null;
}

/** A column: a method by a model. */
export interface Column {
  readonly method: MethodId;
  readonly side: Side;
}

const NONE: readonly never[] = [];
const DONE: NeedStatus = { kind: 'done' };

interface Compared {
  readonly methods: readonly MethodId[];
  /** Layers of the panel's own model. */
  readonly rows: readonly LayerChoice[];
}

/** The models that are compared, and what is known of their maps. */
export function useSides(own: KnownSubject, compared: Compared, target: number): Sides {
  const { state } = usePage();
  const { methods, rows } = compared;
  const tensors = useMemo(() => rows.map(({ tensor }) => tensor), [rows]);
  const cells = useCells(own.model?.input.name ?? '', methods, tensors, target, TOP);
  const subject = state.subjects[1] ?? null;
  const [name, otherName] = modelNames(own, subject);
  const first: Side = { ...{ subject: own, name, status: DONE, target, cells }, layerOf: (row) => row };
  const second = useSecond(subject, otherName, first, compared);
  return { first, second };
}

function useSecond(
  subject: KnownSubject | null,
  name: string,
  first: Side,
  { methods, rows }: Compared,
): SecondSide | null {
  const { model = null, explanation = null } = subject ?? {};
  const matches = useMatches(first.subject.model, model, rows);
  const tensors = useMemo(
    () => [...new Set([...matches.values()].flatMap((match) => match?.layer.tensor ?? []))],
    [matches],
  );
  const labels = first.subject.model?.labels ?? NONE;
  const same = useMemo(
    () => (model && explanation ? sameClass(first.target, labels, model.labels, explanation) : null),
    [first.target, labels, model, explanation],
  );
  const status = subject ? statusOf(subject, first.subject) : DONE;
  const wanted = status.kind === 'done' && same ? methods : NONE;
  const target = same?.index ?? 0;
  const cells = useCells(model?.input.name ?? '', wanted, tensors, target, TOP, 1);
  if (!subject) return null;
  const matched = (row: LayerChoice): MatchedLayer | null => matches.get(row.tensor) ?? null;
  return {
    ...{ subject, name, status, target, cells, sameClass: same, matched },
    layerOf: (row) => matched(row)?.layer ?? null,
  };
}

/** The second model's layer for each row, by the row's tensor. */
function useMatches(
  own: ModelInfo | null,
  other: ModelInfo | null,
  rows: readonly LayerChoice[],
): ReadonlyMap<string, MatchedLayer | null> {
  const { inputPixels } = usePage().strings;
  return useMemo(() => {
    if (!own || !other) return new Map();
    const layersOf = (model: ModelInfo): ModelLayers => [
      pixelChoice(model, inputPixels),
      ...layerChoices(model),
    ];
    const [all, others] = [layersOf(own), layersOf(other)];
    return new Map(rows.map((row) => [row.tensor, matchLayer(row, all, others)]));
  }, [own, other, rows, inputPixels]);
}

/** How far the second model is with the picture that the first one shows. */
function statusOf(subject: KnownSubject, first: KnownSubject): NeedStatus {
  const { status, progress, explanation, image } = subject;
  if (status.kind === 'error') return status;
  if (isBusy(subject)) return { kind: 'working', ...(progress ?? { stage: null, fraction: null }) };
  if (explanation !== null && image.path === first.image.path) return DONE;
  return isBusy(first) ? { kind: 'working', stage: null, fraction: null } : { kind: 'cancelled' };
}

/** What there is to show in a column at a row. */
export function stateAt({ method, side }: Column, row: LayerChoice): CellState {
  const { status, target, cells, layerOf } = side;
  const layer = layerOf(row);
  if (status.kind === 'working') return { kind: 'loading' };
  if (status.kind !== 'done' || layer === null) return { kind: 'missing' };
  return cellState(cells, { method, tensor: layer.tensor }, target);
}

/** Every method by each model, so that the two of a method stand beside each other. */
export function columnsOf(methods: readonly MethodId[], { first, second }: Sides): readonly Column[] {
  const sides = second ? [first, second] : [first];
  return methods.flatMap((method) => sides.map((side) => ({ method, side })));
}

/** The model of a column, where there are two. */
export function modelOf({ side }: Column, { second }: Sides): string | null {
  return second && side.name;
}

export function columnName(method: MethodId, model: string | null): string {
  const { label } = METHOD_FACTS[method];
  return model === null ? label : `${label}, ${model}`;
}

/** A row's size and, where the second model's layer has another name, that, its size if it is another, and how it was found. */
export function rowNote(row: LayerChoice, { second }: Sides, strings: PanelStrings): string {
  const size = ({ height, width }: LayerChoice): string => fill(strings.layerSize, { height, width });
  const match = second?.matched(row);
  if (!match || match.by === 'name') return size(row);
  const { layer } = match;
  const other = size(layer) === size(row) ? layer.path : `${layer.path} ${size(layer)}`;
  return `${size(row)} · ${fill(strings.compareByStage, { layer: other })}`;
}
