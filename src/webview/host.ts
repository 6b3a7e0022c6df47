/** The extension host as a page sees it: what the page says, what it hears, what it keeps while it is hidden. */
export interface Host<Said, Heard, Kept> {
  readonly post: (message: Said) => void;
  /** Calls back for every message until the function returned is called. */
  readonly listen: (handle: (message: Heard) => void) => () => void;
  readonly load: () => Kept | null;
  readonly save: (state: Kept) => void;
}

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/**
 * To be called once.
 * @param isHeard tells the host's messages from those of the editor's own scripts
 * @param read what was kept; null where it is absent or of another shape
 */
export function connect<Said, Heard, Kept>(
  isHeard: (value: unknown) => value is Heard,
  read: (value: unknown) => Kept | null,
): Host<Said, Heard, Kept> {
  const api = acquireVsCodeApi();
  return {
    post: (message) => {
      api.postMessage(message);
    },
    listen: (handle) => {
      const onMessage = ({ data }: MessageEvent<unknown>): void => {
        if (isHeard(data)) handle(data);
      };
      window.addEventListener('message', onMessage);
      return () => {
        window.removeEventListener('message', onMessage);
      };
    },
    load: () => read(api.getState()),
    save: (state) => {
      api.setState(state);
    },
  };
}

/** Whether a value is a message of one of these types: host and page are built together, so the type tells the rest. */
export function isOfType(value: unknown, types: ReadonlySet<string>): boolean {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : null;
  return typeof type === 'string' && types.has(type);
}

/** What the host wrote into the page's HTML. */
export function readBootstrap<T extends object>(isBootstrap: (value: object) => value is T): T {
  const value: unknown = JSON.parse(document.getElementById('bootstrap')?.textContent ?? '');
  if (typeof value !== 'object' || value === null || !isBootstrap(value))
    throw new Error('The page was opened without its bootstrap data.');
  return value;
}
