import type { Caption } from '../engine/export/captions.js';
import type { Explanation, LayerExplanation, Prediction } from '../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../protocol/methods.js';
import type { LayerNode, ModelInfo } from '../protocol/model.js';
import { valueText } from './report.js';

/** What stands where in a grid of maps. */
export interface Arrangement {
  /** What all maps have in common: the method, the class or both; empty where there are several of both. */
  readonly common: readonly string[];
  readonly columns: readonly Caption[];
  readonly rows: readonly ArrangedRow[];
}

export interface ArrangedRow {
  readonly label: Caption | null;
  /** null where the method cannot explain the layer. */
  readonly layers: readonly (LayerExplanation | null)[];
}

/** One explanation of each method and class. */
interface Table {
  readonly methods: readonly MethodId[];
  readonly classes: readonly Prediction[];
  readonly layers: readonly NamedLayer[];
  readonly find: (method: MethodId, target: Prediction, tensor: string) => LayerExplanation | null;
}

interface NamedLayer {
  readonly tensor: string;
  readonly caption: Caption;
}

/**
 * The columns of a grid are the methods; with one method, the classes; with one of both, the layers. Its rows are the
 * layers, from shallow to deep, where there are several methods and classes class by class.
 */
export function arrange(info: ModelInfo, explanations: readonly Explanation[]): Arrangement {
  const table = tableOf(info, explanations);
  const { methods, classes, layers, find } = table;
  const [method] = methods;
  const [target] = classes;
  if (method === undefined || target === undefined) return { common: [], columns: [], rows: [] };
  if (methods.length > 1)
    return { ...byMethod(table), common: classes.length > 1 ? [] : [classText(target)] };
  const common = [METHOD_FACTS[method].label];
  if (classes.length > 1) {
    const rows = layers.map(({ tensor, caption }) => {
      return { label: caption, layers: classes.map((one) => find(method, one, tensor)) };
    });
    return { common, columns: classes.map(classCaption), rows };
  }
  return {
    common: [...common, classText(target)],
    columns: layers.map(({ caption }) => caption),
    rows: [{ label: null, layers: layers.map(({ tensor }) => find(method, target, tensor)) }],
  };
}

function byMethod({ methods, classes, layers, find }: Table): Pick<Arrangement, 'columns' | 'rows'> {
  const rows = classes.flatMap((target) =>
    layers.map(({ tensor, caption }) => ({
      label: classes.length > 1 ? { text: caption.text, note: classText(target) } : caption,
      layers: methods.map((method) => find(method, target, tensor)),
    })),
  );
  return { columns: methods.map((method) => ({ text: METHOD_FACTS[method].label })), rows };
}

function tableOf(info: ModelInfo, explanations: readonly Explanation[]): Table {
  const classes = new Map(explanations.map(({ target }) => [target.index, target]));
  const maps = new Map(
    explanations.flatMap(({ method, target, layers }) =>
      layers.map((layer) => [`${method} ${target.index} ${layer.tensor}`, layer] as const),
    ),
  );
  return {
    methods: [...new Set(explanations.map(({ method }) => method))],
    classes: [...classes.values()],
    layers: namedLayers(info, new Set([...maps.values()].map(({ tensor }) => tensor))),
    find: (method, { index }, tensor) => maps.get(`${method} ${index} ${tensor}`) ?? null,
  };
}

/** The layers that some method explains. */
function namedLayers(info: ModelInfo, explained: ReadonlySet<string>): NamedLayer[] {
  const names = layerNames(info);
  const pixels = { tensor: info.input.name, caption: { text: info.input.name, note: 'pixels' } };
  const named = info.layers.map(({ tensor, path, channels, height, width }) => {
    const note = `${channels} × ${height} × ${width}`;
    return { tensor, caption: { text: names.get(tensor) ?? path, note } };
  });
  return [pixels, ...named].filter(({ tensor }) => explained.has(tensor));
}

/** By tensor, the path of the outermost module that each layer stands for. */
export function layerNames({ tree }: Pick<ModelInfo, 'tree'>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const collect = ({ path, tensor, children }: LayerNode): void => {
    if (!names.has(tensor)) names.set(tensor, path);
    children.forEach(collect);
  };
  tree.forEach(collect);
  return names;
}

function classCaption(target: Prediction): Caption {
  return { text: target.label, note: valueText(target) };
}

function classText(target: Prediction): string {
  return `${target.label} ${valueText(target)}`;
}
