/** A field of values on a regular grid, row by row: a map, or one channel's activation. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  /** height × width values. */
  readonly values: Float32Array;
}
