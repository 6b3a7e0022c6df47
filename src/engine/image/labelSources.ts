import { basename } from 'node:path';
import * as v from 'valibot';
import { textBeside } from './besideModel.js';
import { parseJson } from './json.js';
import { labelsOfJson, parseLabels } from './labelForms.js';
import { labelsOfPaddle } from './paddleConfig.js';

type Read = (text: string) => readonly string[] | null;

/** A file, and what its labels are read by. */
type Source = readonly [file: string, read: Read];

/** Files of this model alone. */
const OWN: readonly Source[] = [
  ['labels.txt', parseLabels],
  ['labels.json', parseLabels],
];

/** Files of a folder, which may hold other models too. */
const SHARED: readonly Source[] = [
  ['config.json', labelsOfConfig],
  ['class_names.json', parseLabels],
  ['classes.json', parseLabels],
  ['labels.json', parseLabels],
  // Of Keras' generators, torchvision's folders, TorchServe
  ['class_indices.json', parseLabels],
  ['class_to_idx.json', parseLabels],
  ['idx_to_class.json', parseLabels],
  ['index_to_name.json', parseLabels],
  ['label_map.json', parseLabels],
  // Lobe, Roboflow, PaddleX
  ['signature.json', parseLabels],
  ['environment.json', parseLabels],
  ['inference.yml', labelsOfPaddle],
  ['labels.txt', parseLabels],
  ['classes.txt', parseLabels],
  ['class_names.txt', parseLabels],
  ['labels_map.txt', parseLabels],
  ['synset.txt', parseLabels],
  ['labels.csv', parseLabels],
  ['classes.csv', parseLabels],
];

/**
 * Every list of labels that the model or something beside it holds, the one to be believed first in front.
 * @param carried the lists of labels in the model file itself
 * @throws cannotRead
 */
export async function listsOfLabels(
  model: string,
  carried: readonly (readonly string[])[],
): Promise<readonly (readonly string[])[]> {
  const stem = basename(model).replace(/\.onnx$/i, '');
  const read = async ([file, from]: Source): Promise<readonly string[] | null> => {
    const text = await textBeside(model, file);
    return text === null ? null : from(text);
  };
  const own = await Promise.all(OWN.map(([file, from]) => read([`${stem}.${file}`, from])));
  const shared = await Promise.all(SHARED.map(read));
  return [...own, ...carried, ...shared].flatMap((labels) => (labels === null ? [] : [labels]));
}

const Config = v.object({
  id2label: v.optional(v.unknown()),
  /** timm's: names or WordNet ids */
  label_names: v.optional(v.unknown()),
  label_descriptions: v.nullish(v.record(v.string(), v.string())),
});

/** Hugging Face's and timm's `config.json` hold much else. */
function labelsOfConfig(text: string): readonly string[] | null {
  const parsed = v.safeParse(Config, parseJson(text));
  if (!parsed.success) return null;
  const { id2label, label_names: names, label_descriptions: described } = parsed.output;
  const labels = labelsOfJson(names)?.map((name) => described?.[name] ?? name);
  return labels ?? labelsOfJson(id2label);
}
