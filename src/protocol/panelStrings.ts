/** The page's texts in English; the keys name them, the host translates the values. */
export const PANEL_STRINGS = {
  filterLayers: 'Filter layers',
} as const;

export type PanelStrings = Readonly<Record<keyof typeof PANEL_STRINGS, string>>;
