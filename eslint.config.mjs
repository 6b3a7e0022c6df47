import js from '@eslint/js';
import globals from 'globals';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The arrows between folders (ARCHITECTURE.md, invariant 1): what each folder must not import. */
const forbid = (files, groups, message) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group: groups, message }] }],
  },
});

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'dist',
      'out',
      '.testbed',
      '.vscode-test',
      'src/engine/onnx/gen',
      'media/sample',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.{ts,mts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      complexity: ['error', 14],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ['**/*.{js,mjs,cjs}'], languageOptions: { globals: globals.node } },
  {
    files: ['src/webview/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: hooks.configs.recommended.rules,
  },
  forbid(
    ['src/protocol/**'],
    ['vscode', 'onnxruntime-node', 'sharp', '**/engine/**', '**/extension/**', '**/webview/**', 'node:*'],
    'protocol holds types and constants only.',
  ),
  forbid(
    ['src/engine/**', 'src/cli/**', 'src/heatmap/**', 'src/labels/**'],
    ['vscode', '**/extension/**', '**/webview/**'],
    'Only src/extension may import vscode; the engine knows nothing of the editor.',
  ),
  forbid(
    ['src/extension/**'],
    ['onnxruntime-node', 'sharp', '**/engine/**', '**/webview/**', '**/cli/**'],
    'The host talks to the engine and the page through src/protocol.',
  ),
  forbid(
    ['src/webview/**'],
    ['vscode', 'onnxruntime-node', 'sharp', 'node:*', '**/engine/**', '**/extension/**', '**/cli/**'],
    'The page talks to the host through src/protocol.',
  ),
  {
    files: ['src/webview/**'],
    ignores: ['src/webview/toolkit/**'],
    rules: { 'no-restricted-imports': ['error', '@vscode/webview-ui-toolkit'] },
  },
  { files: ['src/cli/**', 'test/**', '*.mjs'], rules: { 'no-console': 'off' } },
);
