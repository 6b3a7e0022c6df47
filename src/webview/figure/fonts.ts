const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif';

/** What a figure is written in. */
export const FONTS = {
  title: `600 18px ${FAMILY}`,
  subtitle: `14px ${FAMILY}`,
  heading: `600 14px ${FAMILY}`,
  caption: `13px ${FAMILY}`,
} as const;

export type Font = keyof typeof FONTS;

/** Room between a line's top and the foot of its letters, as a share of its height. */
export const ASCENT = 0.78;

/** Height of a line, in CSS pixels. */
export const LINE: Readonly<Record<Font, number>> = { title: 24, subtitle: 20, heading: 19, caption: 18 };
