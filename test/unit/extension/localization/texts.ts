import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

import { PRESETS, TRIAL_NAMES } from '../../../../src/engine/image/presets.js';
import { ERROR_TEXTS } from '../../../../src/protocol/errors.js';
import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';

export const ROOT = join(import.meta.dirname, '../../../..');

export function readStrings(file: string): Map<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${file} is not an object`);
  return new Map(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
}

/** Every text that the host hands to `vscode.l10n.t`: literals in its code, tables, and names that the engine gives. */
export function hostTexts(): Set<string> {
  const tables = [
    Object.values(ERROR_TEXTS),
    Object.values(PANEL_STRINGS),
    [...PRESETS.map(({ name }) => name), ...Object.values(TRIAL_NAMES)],
  ];
  return new Set([...tables.flat(), ...ownTexts()]);
}

/** The literals in the host's code. */
export function ownTexts(): Set<string> {
  const texts = new Set<string>();
  const folder = join(ROOT, 'src/extension');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.ts')) collect(join(folder, name), texts);
  }
  return texts;
}

/** The names in braces, in order of the alphabet. */
export function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}

function collect(path: string, texts: Set<string>): void {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'l10n.t') {
      const text = node.arguments[0];
      if (text !== undefined && ts.isStringLiteralLike(text)) texts.add(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}
