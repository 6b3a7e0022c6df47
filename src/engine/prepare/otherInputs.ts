import { fail } from '../failure.js';
import type { Graph, ValueInfo } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';

/** Numbers for inputs besides the picture, by the inputs' names, in C order. */
export type InputValues = Readonly<Record<string, readonly number[]>>;

/** What an input besides the picture is fed. */
export interface OtherInput {
  readonly shape: readonly number[];
  /** Whether it takes texts, and is fed empty ones. */
  readonly isText: boolean;
  /** Whether the file leaves a size of it open. */
  readonly isOpen: boolean;
  /** null for zeros. */
  readonly values: readonly number[] | null;
}

/**
 * What every input besides the picture is fed: the user's values, else zeros. Sizes that the file leaves open are 1, the
 * last of them as large as the values given need it.
 * @throws badSetting where there is no such input, or values do not fit it
 */
export function otherInputs(
  graph: Graph,
  image: string,
  values: InputValues,
  file: string,
): ReadonlyMap<string, OtherInput> {
  const others = graph.inputs.filter(({ name }) => name !== image);
  const wrong = (name: string, reason: string): Error =>
    fail('badSetting', { setting: `inputs.${name}`, file, reason });
  for (const name of Object.keys(values))
    if (!others.some((info) => info.name === name)) {
      const names = others.map((info) => info.name).join(', ');
      throw wrong(name, `beside the picture the model takes ${names === '' ? 'nothing' : names}`);
    }
  return new Map(
    others.map((info): [string, OtherInput] => {
      const given = values[info.name] ?? null;
      const isText = info.dataType === DataType.STRING;
      if (isText && given !== null) throw wrong(info.name, 'the input takes texts, which cannot be given');
      const shape = shapeFor(info, given?.length ?? null);
      const count = elementCount(shape);
      if (given !== null && given.length !== count)
        throw wrong(
          info.name,
          `the input is ${shape.join(' × ')} and needs ${count} numbers, not ${given.length}`,
        );
      const isOpen = info.shape?.some((size) => typeof size !== 'number') ?? true;
      return [info.name, { shape, isText, isOpen, values: given }];
    }),
  );
}

function shapeFor({ shape }: ValueInfo, count: number | null): readonly number[] {
  const sizes = (shape ?? []).map((size) => (typeof size === 'number' ? size : null));
  const known = elementCount(sizes.flatMap((size) => size ?? []));
  const last = sizes.lastIndexOf(null);
  const rest = count === null || count % known !== 0 ? 1 : count / known;
  return sizes.map((size, axis) => size ?? (axis === last ? rest : 1));
}
