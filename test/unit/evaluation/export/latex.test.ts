import fc from 'fast-check';
import { expect, it } from 'vitest';

import { latexOf, latexText } from '../../../../src/evaluation/export/latex.js';
import { DROP, REPORT, SEPARATION } from './tables.js';

/** What LaTeX prints for a text, by its manual: the commands for signs, and groups without their braces. */
function printed(latex: string): string {
  const names: Record<string, string> = {
    ...{ textbackslash: '\\', textasciicircum: '^', textasciitilde: '~', textless: '<', textgreater: '>' },
    ...{ textbar: '|', textquotesingle: "'", textasciigrave: '`' },
  };
  return latex
    .split(/(\\[a-z]+\d*(?:\{\})?|\\[^a-z]|[{}])/)
    .map((part) => {
      if (part === '{' || part === '}') return '';
      if (part === '\\char34') return '"';
      const [, name] = /^\\([a-z]+)/.exec(part) ?? [];
      if (name !== undefined) return names[name] ?? `unknown ${name}`;
      return part.startsWith('\\') ? part.slice(1) : part;
    })
    .join('');
}

it('prints a table as papers do', () => {
  expect(latexOf(REPORT, [DROP])).toBe(String.raw`% \usepackage{booktabs}

\begin{table}
  \centering
  \caption{Average drop (\%) $\downarrow$. resnet\_50.onnx on 0 pictures, drawn with seed 7; bootstrap 95 \% intervals. Means over the correctly classified ones.}
  \label{tab:average-drop}
  \begin{tabular}{lcc}
    \toprule
    Layer & Relevance{-}CAM & Grad{-}CAM \\
    \midrule
    layer2 & \textbf{39.0} {\scriptsize (37.1--41.0)} & 74.9 {\scriptsize (73.0--76.8)} \\
    layer4 & 21.5 {\scriptsize (20.0--23.0)} & -- \\
    \bottomrule
  \end{tabular}
\end{table}
`);
});

it('has minus signs, and no best where one method is alone', () => {
  expect(latexOf(REPORT, [SEPARATION])).toContain(
    String.raw`layer2 & 0.020 {\scriptsize ($-$0.010 -- 0.050)} \\`,
  );
});

it('says of which objects a table is, under a label of its own', () => {
  const latex = latexOf(REPORT, [{ ...SEPARATION, metric: 'iou', objects: 'large' }]);
  expect(latex).toContain(String.raw`\caption{IoU, objects of 30\% of the picture or more $\uparrow$.`);
  expect(latex).toContain(String.raw`\label{tab:iou-large}`);
});

it('prints every text as it is', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('\\{}$&#%_^~<>|"\'`[]*-ab 9é\n')) });
  fc.assert(
    fc.property(text, (any) => {
      expect(printed(latexText(any))).toBe(any.replaceAll(/\s+/g, ' '));
    }),
  );
});

it('leaves no sign to LaTeX that it takes for its own', () => {
  fc.assert(
    fc.property(fc.string(), (any) => {
      const bare = latexText(any).replaceAll(/\{\\char34\}|\\[a-z]+\{\}|\\[{}$&#%_]|\{[[*-]\}/g, '');
      expect(bare).not.toMatch(/[\\{}$&#%_^~<>|"'`[*-]/);
    }),
  );
});
