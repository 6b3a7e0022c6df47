import path, { type PlatformPath } from 'node:path';
import type { ExportedFile, ExportKind, ExportRequest } from '../../protocol/engineApi.js';
import type { Explanation, LayerExplanation, Picture } from '../../protocol/explanation.js';
import { fail } from '../failure.js';
import { mapPng, overlayPng } from './drawings.js';
import { layerJson, mapNpy, weightsCsv } from './values.js';

/**
 * The files of one export of one layer. A method that weighs no channels has no file of weights.
 * @param explanation holds the layer that the request names
 * @throws unknownLayer where it does not
 */
export async function exportLayer(
  request: ExportRequest,
  explanation: Explanation,
  picture: Picture,
): Promise<readonly ExportedFile[]> {
  const layer = explanation.layers.find(({ tensor }) => tensor === request.tensor);
  if (!layer) throw fail('unknownLayer', { layer: request.tensor, file: request.model });
  const files = await Promise.all(
    [...new Set(request.kinds)].map((kind) => filesOf(kind, request, explanation, layer, picture)),
  );
  return files.flat().map(({ name, bytes }) => ({ name: `${stemOf(request)}.${name}`, bytes }));
}

/**
 * What the names of an export's files begin with.
 * @param on the system that the path is of
 */
export function stemOf(
  { source, tensor, method }: Pick<ExportRequest, 'source' | 'tensor' | 'method'>,
  on: PlatformPath = path,
): string {
  return `${on.parse(source.path).name}.${fileNameOf(tensor)}.${method}`;
}

/** A name as part of a file name on every system; letters of every script remain. */
export function fileNameOf(name: string): string {
  return name.replace(/^\/+/, '').replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, '_');
}

async function filesOf(
  kind: ExportKind,
  { display, source }: ExportRequest,
  explanation: Explanation,
  layer: LayerExplanation,
  picture: Picture,
): Promise<ExportedFile[]> {
  switch (kind) {
    case 'overlay':
      return [{ name: 'overlay.png', bytes: await overlayPng(picture, layer, display) }];
    case 'map':
      return [
        { name: 'map.png', bytes: await mapPng(layer, picture.crop.width, picture.crop.height, display) },
      ];
    case 'raw':
      return [
        { name: 'map.npy', bytes: mapNpy(layer) },
        { name: 'json', bytes: utf8(layerJson(source.path, explanation, layer)) },
      ];
    case 'weights':
      return layer.weights ? [{ name: 'weights.csv', bytes: utf8(weightsCsv(layer.weights)) }] : [];
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
