import { useEffect, useRef, useState } from 'preact/hooks';

/** How long a checkpoint is shown, in milliseconds; longer where the user wants little motion. */
const PACE_MS = 900;
const CALM_PACE_MS = 2000;

export interface Player {
  readonly playing: boolean;
  /** Plays on from here, or from the start again at the end. */
  readonly toggle: () => void;
}

/** Goes from one position to the next, up to the last one. */
export function usePlayer(position: number, count: number, go: (position: number) => void): Player {
  const [wanted, setWanted] = useState(false);
  // A new one comes with every drawing, which must not set the clock back.
  const goRef = useRef(go);
  useEffect(() => {
    goRef.current = go;
  });
  const isAtEnd = position >= count - 1;
  const playing = wanted && !isAtEnd;
  useEffect(() => {
    if (!wanted) return undefined;
    if (isAtEnd) {
      setWanted(false);
      return undefined;
    }
    const calm = wantsLittleMotion();
    const timer = setTimeout(
      () => {
        goRef.current(position + 1);
      },
      calm ? CALM_PACE_MS : PACE_MS,
    );
    return () => {
      clearTimeout(timer);
    };
  }, [wanted, isAtEnd, position]);
  return {
    playing,
    toggle: () => {
      if (!playing && isAtEnd) go(0);
      setWanted(!playing);
    },
  };
}

/** By the system's setting, or the editor's `workbench.reduceMotion`. */
export function wantsLittleMotion(): boolean {
  const bySystem = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return bySystem || document.body.classList.contains('vscode-reduce-motion');
}
