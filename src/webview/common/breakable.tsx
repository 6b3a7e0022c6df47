import type { ComponentChildren } from 'preact';

/** A layer's name that may be broken behind every separator of its modules. */
export function breakable(path: string): ComponentChildren {
  return path.split(/(?<=[/.])/).flatMap((part, index) => (index === 0 ? part : [<wbr key={index} />, part]));
}
