/** Where explanations are computed. */

export const DEVICES = ['auto', 'cpu', 'gpu'] as const;
/**
 * auto: on the graphics card where that was found to agree with the processor and to be faster · cpu: on the processor ·
 * gpu: on the graphics card wherever it agrees
 */
export type DeviceChoice = (typeof DEVICES)[number];

/** The card's part in an explanation, as far as there is something to tell. */
export interface CardNote {
  /**
   * used: the card has computed it · differs: it computes this model otherwise than the processor · failed: it failed at this
   * model, or was lost · crashed: it has ended the process · absent: there is none that can be used
   */
  readonly kind: 'used' | 'differs' | 'failed' | 'crashed' | 'absent';
  /** As its maker names it; null where nobody says. */
  readonly name: string | null;
  /** How many times as fast as the processor it explains this model; null where nobody has measured it. */
  readonly times: number | null;
  /** In what it differs, or why it failed. */
  readonly reason: string;
}
