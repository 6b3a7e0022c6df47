import { fail, type EngineError } from '../failure.js';
import type { Node } from '../onnx/graph.js';

/** How ONNX Runtime says that a file is younger than itself. */
const NEWER: readonly RegExp[] = [
  /Unsupported model (?<part>IR) version: (?<version>\d+), max supported IR version: (?<newest>\d+)/,
  /Opset (?<version>\d+) is under .* domain (?<part>\S+) is till opset (?<newest>\d+)/s,
];

/** How it says that it does not know an operator. */
const UNKNOWN: readonly RegExp[] = [
  /In Node, \("(?<node>.*?)", (?<op>[^,]*), "(?<domain>[^"]*)".* No Op registered for/s,
  /(?:error: )?(?:(?<domain>[\w.]+):)?(?<op>[\w.]+)(?:\(-?\d+\))? is not a registered function\/op/,
];

/** How it says that it knows an operator and cannot compute it, as some of training or of other devices. */
const WITHOUT_KERNEL: readonly RegExp[] = [
  /Could not find an implementation for (?<op>\w+)\(\d+\) node with name '(?<node>.*?)'/s,
];

/** How it says what is wrong with a node: while reading, inferring types and shapes, choosing a kernel, running. */
const REFUSED: readonly RegExp[] = [
  /In Node, \("(?<node>.*?)", (?<op>[^,]*), ".* , Error (?:Node ?\(.*?\) with schema\(\S*\) )?(?<reason>.*)/s,
  /Node ?\((?<node>.*?)\) Op \((?<op>.*?)\) (?:\[\w+\] )?(?<reason>.*)/s,
  /while running (?<op>\S+) node\. Name:'(?<node>.*?)' Status Message: (?<reason>.*)/s,
  /(?<reason>Type '.*?' of input parameter \(.*?\)) of operator \((?<op>.*?)\) in node \((?<node>.*?)\)(?<more> is invalid)/s,
  /(?<reason>Type parameter \(.*?\)) of Optype \((?<op>.*?)\)(?<more> bound to .*) in node \((?<node>.*?)\)/s,
  /(?<reason>Type \(.*?\) of output arg \(.*?\)) of node \((?<node>.*?)\)(?<more> does not match .*)/s,
  /(?<op>Constant) node: (?<node>.*?) (?<reason>has no data attributes)/s,
];

/**
 * What a person is told when ONNX Runtime refuses a graph.
 * @param message of the runtime: codes and places in its source, the node, and at last the reason
 * @param nodes of the graph
 */
export function refusal(message: string, nodes: readonly Node[], file: string, cause: unknown): EngineError {
  const newer = matchAny(NEWER, message);
  if (newer !== null) return fail('newerModel', { file, ...newer }, cause);
  const unknown = matchAny(UNKNOWN, message);
  if (unknown !== null) return fail('unknownOperator', { file, ...operatorOf(unknown, nodes) }, cause);
  const uncomputed = matchAny(WITHOUT_KERNEL, message);
  if (uncomputed !== null) return fail('missingKernel', { file, ...uncomputed }, cause);
  const refused = matchAny(REFUSED, message);
  if (refused === null) return fail('runtimeRefused', { file, reason: reasonIn(message) }, cause);
  const { node = '', reason = '', more = '' } = refused;
  const op = refused['op'] ?? nodes.find(({ name }) => name === node)?.op ?? '';
  return fail('refusedNode', { file, node, op, reason: reasonIn(`${reason}${more}`) }, cause);
}

/** The runtime may leave out the node, and the domain where it is ONNX's own. */
function operatorOf(
  { op = '', node, domain = '' }: Readonly<Record<string, string>>,
  nodes: readonly Node[],
): Readonly<Record<'node' | 'op' | 'domain', string>> {
  const named = node ?? nodes.find((each) => each.op === op)?.name ?? '';
  return { node: named, op, domain: domain === '' ? 'ai.onnx' : domain };
}

/** The named groups of the first pattern that fits. */
function matchAny(patterns: readonly RegExp[], message: string): Readonly<Record<string, string>> | null {
  for (const pattern of patterns) {
    const groups = pattern.exec(message)?.groups;
    if (groups !== undefined) return groups;
  }
  return null;
}

/** The first line without codes and places in the runtime's source, as the end of a sentence. */
function reasonIn(message: string): string {
  const [line = message] = message.split('\n', 1);
  return line
    .replace(/^.*?(?:Status Message: |: FAIL : |INVALID_\w+ : )/, '')
    .replace(
      /^.*?\S+\.(?:cc|h):\d+ (?:(?:\S+ )?[\w:~]+\(.*?\)(?:::<lambda\(\)>)? (?:const )?(?:.*? was false\. )?|\w+ )?/,
      '',
    )
    .replace(/^(?:Error: |This is an invalid model\. |Exception during initialization: )+/, '')
    .trim()
    .replace(/\.$/, '');
}
