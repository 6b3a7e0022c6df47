import path, { type PlatformPath } from 'node:path';
import type { ExportedFile, ExportKind, ExportRequest } from '../../protocol/engineApi.js';
import type { Explanation, LayerExplanation, Picture } from '../../protocol/explanation.js';
import { fileStem } from '../../protocol/fileNames.js';
import type { ModelInfo } from '../../protocol/model.js';
import { fail } from '../failure.js';
import { mapPng, overlayPng } from './drawings.js';
import { pathFrom, provenanceOf } from './provenance.js';
import { layerJson, mapNpy, weightsCsv } from './values.js';

/** What is exported. */
interface Exported {
  readonly request: ExportRequest;
  readonly info: ModelInfo;
  readonly explanation: Explanation;
  readonly layer: LayerExplanation;
  readonly picture: Picture;
}

/**
 * The files of one export of one layer. A method that weighs no channels has no file of weights.
 * @param explanation holds the layer that the request names
 * @throws unknownLayer where it does not; cannotRead
 */
export async function exportLayer(
  request: ExportRequest,
  info: ModelInfo,
  explanation: Explanation,
  picture: Picture,
): Promise<readonly ExportedFile[]> {
  const layer = explanation.layers.find(({ tensor }) => tensor === request.tensor);
  if (!layer) throw fail('unknownLayer', { layer: request.tensor, file: request.model });
  const exported = { request, info, explanation, layer, picture };
  const files = await Promise.all([...new Set(request.kinds)].map((kind) => filesOf(kind, exported)));
  const stem = stemOf(request, info, explanation.target.label);
  return files.flat().map(({ name, bytes }) => ({ name: `${stem}.${name}`, bytes }));
}

/**
 * What the names of an export's files begin with: picture, model, layer, class and method.
 * @param on the system that the paths are of
 */
export function stemOf(
  { source, model, weights, tensor, method, partial }: Omit<ExportRequest, 'settings' | 'display' | 'kinds'>,
  { layers }: Pick<ModelInfo, 'layers'>,
  label: string,
  on: PlatformPath = path,
): string {
  const layer = layers.find((one) => one.tensor === tensor)?.path ?? tensor;
  const stem = `${on.parse(source.path).name}.${fileStem({ model: weights?.file ?? model, layer, label, method })}`;
  return partial === null ? stem : `${stem}.partial`;
}

async function filesOf(
  kind: ExportKind,
  { request, info, explanation, layer, picture }: Exported,
): Promise<ExportedFile[]> {
  const { display, folder, model, source, partial } = request;
  switch (kind) {
    case 'overlay':
      return [{ name: 'overlay.png', bytes: await overlayPng(picture, layer, display, request) }];
    case 'map':
      return [
        { name: 'map.png', bytes: await mapPng(layer, picture.crop.width, picture.crop.height, display) },
      ];
    case 'raw': {
      const provenance = await provenanceOf(info, picture, folder);
      const from = { model: pathFrom(folder, model), image: pathFrom(folder, source.path), ...provenance };
      const json = layerJson(
        partial === null ? from : { ...from, partial: partial.through },
        explanation,
        layer,
      );
      return [
        { name: 'map.npy', bytes: mapNpy(layer) },
        { name: 'json', bytes: utf8(json) },
      ];
    }
    case 'weights':
      return layer.weights ? [{ name: 'weights.csv', bytes: utf8(weightsCsv(layer.weights)) }] : [];
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
