// The arrows between files and folders (ARCHITECTURE.md, invariant 1): who may import what, types included.

/** What each part of the program may use besides itself. */
const PARTS = {
  protocol: [],
  labels: ['protocol'],
  heatmap: ['protocol'],
  engine: ['protocol', 'labels', 'heatmap'],
  evaluation: ['protocol', 'labels'],
  checkpoints: ['protocol'],
  cli: ['protocol', 'labels', 'heatmap', 'engine', 'evaluation', 'checkpoints'],
  extension: ['protocol', 'labels', 'evaluation', 'checkpoints'],
  webview: ['protocol', 'labels', 'heatmap', 'evaluation'],
};

/** The engine's folders on a model's way to its explanation: each may use those before it; a line's know no others of it. */
const WAY = [
  ['onnx'],
  ['weights'],
  ['runtime'],
  ['rules'],
  ['layers'],
  ['methods', 'prepare'],
  ['compile'],
  ['masked'],
  ['scoreCam', 'metrics'],
  ['model'],
  ['sanity'],
];

/** The engine's folders that know pictures and files, and nothing of models. */
const SERVICES = [['image'], ['annotations', 'export']];

/** Files of the engine that any of its folders may use. */
const GROUND = '^src/engine/(failure|files|half|processes|progress|substitute)[.]ts$';

const part = (...names) => `^src/(${names.join('|')})/`;
const folder = (...names) => `^src/engine/(${names.join('|')})/`;
const installed = (name) => `(^|/)node_modules/${name}/`;

const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

const parts = Object.entries(PARTS).map(([name, uses]) =>
  forbid(
    `${name} uses ${uses.join(', ') || 'nothing'}`,
    { path: part(name) },
    { path: '^src/', pathNot: part(name, ...uses) },
  ),
);

function inOrder(lines) {
  return lines.flatMap((line, place) =>
    line.flatMap((name) => {
      const later = lines
        .slice(place)
        .flat()
        .filter((other) => other !== name);
      return later.length === 0
        ? []
        : [forbid(`${name} comes first`, { path: folder(name) }, { path: folder(...later) })];
    }),
  );
}

/** Packages, and Node's own modules, that only one place knows. */
const packages = [
  forbid(
    'only the host knows vscode',
    { path: '^src/', pathNot: part('extension') },
    { path: `^vscode$|${installed('@types/vscode')}` },
  ),
  forbid(
    'only the engine runs models',
    { path: '^src/', pathNot: part('engine') },
    { path: installed('(onnxruntime-node|sharp)') },
  ),
  forbid(
    'only one folder knows the UI toolkit',
    { path: '^src/', pathNot: '^src/webview/toolkit/' },
    { path: installed('@vscode/webview-ui-toolkit') },
  ),
  forbid(
    'the page has no Node',
    { path: [part('protocol', 'labels', 'heatmap', 'webview'), '^src/evaluation/(?!disk/)'] },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'the page knows no files of evaluations',
    { path: [part('webview'), '^src/evaluation/(?!disk/)'] },
    { path: '^src/evaluation/disk/' },
  ),
];

export default {
  forbidden: [
    forbid('no circle among files', { path: '^src/' }, { circular: true }),
    {
      ...forbid(
        'no circle among folders',
        { path: '^src/[^/]+/.' },
        { circular: true, path: '^src/[^/]+/.' },
      ),
      scope: 'folder',
    },
    ...parts,
    ...inOrder(WAY),
    ...inOrder(SERVICES),
    forbid(
      'services know nothing of models',
      { path: folder(...SERVICES.flat()) },
      { path: folder(...WAY.flat()) },
    ),
    forbid(
      'models know nothing of services',
      { path: folder(...WAY.flat().filter((name) => name !== 'model')) },
      { path: folder(...SERVICES.flat()) },
    ),
    forbid(
      'engine.ts comes last',
      { path: '^src/engine/[^/]+/' },
      { path: '^src/engine/[^/]+[.]ts$', pathNot: GROUND },
    ),
    forbid('the ground stands on nothing', { path: GROUND }, { path: '^src/engine/', pathNot: GROUND }),
    forbid(
      'every folder of the engine has its place',
      { path: '^src/engine/[^/]+/', pathNot: folder(...WAY.flat(), ...SERVICES.flat()) },
      {},
    ),
    ...packages,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
