// The licences of everything in the package that others made, as their terms ask for.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const LICENCE_FILE = /^(licen[cs]e|copying)/i;
const NOTICE_FILE = /^(copyright|notice|third.?party)/i;
const RULE = '='.repeat(80);

const MICROSOFT = { MIT: 'Copyright (c) Microsoft Corporation' };
/**
 * Packages whose licence lies in their repository but not in the package: the identifiers of its texts, as their
 * package.json has them, and whose copyright the repository says it is.
 */
const WITHOUT_FILE = {
  '@bufbuild/protobuf': {
    'Apache-2.0': 'Copyright 2021-2026 Buf Technologies, Inc.',
    'BSD-3-Clause': 'Copyright 2008 Google Inc. All rights reserved.',
  },
  '@microsoft/fast-element': MICROSOFT,
  '@microsoft/fast-foundation': MICROSOFT,
  '@microsoft/fast-web-utilities': MICROSOFT,
  'onnxruntime-common': MICROSOFT,
  'onnxruntime-node': MICROSOFT,
};
/** Native libraries of others inside a package. Their notices are kept here, each for one version of the package. */
const HOLDS_OTHERS = ['onnxruntime-node'];
/** What it holds on Windows alone. */
const COMPILES_SHADERS = /\b(dxcompiler|dxil)\.dll$/;

/** The folder of the package that a file belongs to; null for the project's own files. */
export function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? null;
}

/**
 * The text of ThirdPartyNotices.txt: a heading and the licence of each package, by name.
 * @param folders of packages
 * @throws Error naming the package whose licence is not known
 */
export function notices(folders) {
  const packages = new Map(folders.map(readPackage).map((found) => [found.heading, found]));
  const sections = [...packages.values()].sort((a, b) => (a.heading < b.heading ? -1 : 1));
  const intro = 'This extension holds software of others, under the terms that follow.';
  return [intro, ...sections.map(({ heading, text }) => `${RULE}\n${heading}\n${RULE}\n\n${text}`)].join(
    '\n\n\n',
  );
}

function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const texts = [...licenceTexts(folder, name, license), ...noticeTexts(folder, name, version)];
  const text = texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n---\n\n');
  return { heading: `${name} ${version} (${license})`, text };
}

function licenceTexts(folder, name, license) {
  const files = filesOf(folder, LICENCE_FILE);
  // libvips: which libraries it is made of stands in the README. The text of the LGPL holds that of the GPL.
  if (license.includes('LGPL-3.0')) return [...files, ...filesOf(folder, /^readme/i), textOf('LGPL-3.0')];
  if (files.length > 0) return files;
  if (!Object.hasOwn(WITHOUT_FILE, name))
    throw new Error(
      `${name} (${license}) has no licence file. Look up the licence in its repository and add a row to WITHOUT_FILE of scripts/notices.mjs.`,
    );
  return Object.entries(WITHOUT_FILE[name]).map(([id, copyright]) => {
    if (!license.includes(id))
      throw new Error(`${name} is under ${license} now, not ${id}: correct its row in scripts/notices.mjs.`);
    return `${copyright}\n\n${textOf(id)}`;
  });
}

function noticeTexts(folder, name, version) {
  const texts = filesOf(folder, NOTICE_FILE);
  if (!HOLDS_OTHERS.includes(name)) return texts;
  const compilesShaders = readdirSync(folder, { recursive: true }).some((file) =>
    COMPILES_SHADERS.test(file),
  );
  const kept = ['', ...(compilesShaders ? ['.DirectXShaderCompiler'] : [])].map((part) =>
    path.join(import.meta.dirname, 'notices', `${name}@${version}${part}.txt`),
  );
  for (const file of kept)
    if (!existsSync(file))
      throw new Error(
        `${name} ${version} holds libraries of others, but ${file} is missing. Put the notices of what that version holds (ThirdPartyNotices.txt of its repository) there, in the place of the older ones.`,
      );
  return [...texts, ...kept.map((file) => readFileSync(file, 'utf8'))];
}

function filesOf(folder, pattern) {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

/** A licence without its line for the copyright. */
function textOf(id) {
  const { licenseText } = require(`spdx-license-list/licenses/${id}.json`);
  return licenseText.replace(/^Copyright \(c\) <year> .*\n+/m, '');
}
