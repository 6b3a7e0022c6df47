import { apply, directions, type GridSystem, placeOf, SIDES, sizeOf } from './gridSystem.js';

/** A system is solved where what is left over is less than this part of what was given. */
const TOLERANCE = 1e-6;
const MOST_STEPS = 200;

/** Sides of the coarsest grid, and how often its values are put right. */
const COARSEST = 4;
const COARSEST_SWEEPS = 8;

/**
 * Solves systems on grids of one operator: conjugate gradients with a multigrid cycle as preconditioner, whose number of
 * steps hardly grows with the grid.
 */
export class Multigrid {
  readonly #levels: readonly Level[];

  constructor(system: GridSystem) {
    const levels = [levelOf(system)];
    for (let finest = system; Math.max(finest.height, finest.width) > COARSEST;) {
      finest = coarser(finest);
      levels.push(levelOf(finest));
    }
    this.#levels = levels;
  }

  /** @param given in the arrangement of the system's arrays */
  solve(given: Float64Array): Float64Array {
    const [finest] = this.#levels;
    const solution = new Float64Array(given.length);
    if (finest === undefined) return solution;
    const residual = given.slice();
    const product = new Float64Array(given.length);
    const direction = this.#preconditioned(residual).slice();
    let energy = dot(residual, direction);
    const enough = TOLERANCE ** 2 * dot(given, given);
    for (let step = 0; step < MOST_STEPS && dot(residual, residual) > enough; step++) {
      apply(finest.system, direction, product);
      const length = energy / dot(direction, product);
      add(solution, length, direction);
      add(residual, -length, product);
      const next = this.#preconditioned(residual);
      const nextEnergy = dot(residual, next);
      const kept = nextEnergy / energy;
      for (let i = 0; i < direction.length; i++) direction[i] = (next[i] ?? 0) + kept * (direction[i] ?? 0);
      energy = nextEnergy;
    }
    return solution;
  }

  /** About what the system is solved by, for this right side; overwritten by the next. */
  #preconditioned(residual: Float64Array): Float64Array {
    const [finest] = this.#levels;
    finest?.right.set(residual);
    this.#cycle(0);
    return finest?.solution ?? residual;
  }

  /** One V-cycle from 0, the same to both sides, so that it is symmetric. */
  #cycle(depth: number): void {
    const [level, below] = this.#levels.slice(depth, depth + 2);
    if (level === undefined) return;
    level.solution.fill(0);
    smooth(level);
    if (below === undefined) {
      for (let sweep = 1; sweep < COARSEST_SWEEPS; sweep++) smooth(level);
      return;
    }
    leftOver(level);
    restrict(level, below);
    this.#cycle(depth + 1);
    prolong(below, level);
    smooth(level);
  }
}

interface Level {
  readonly system: GridSystem;
  readonly right: Float64Array;
  readonly solution: Float64Array;
  readonly residual: Float64Array;
}

function levelOf(system: GridSystem): Level {
  const empty = (): Float64Array => new Float64Array(sizeOf(system));
  return { system, right: empty(), solution: empty(), residual: empty() };
}

/**
 * The system of cells of 2 × 2: weights between two cells add up, and count half, because their centres are twice as far
 * apart and as wide; what holds a value at 0 adds up.
 */
function coarser(fine: GridSystem): GridSystem {
  const size = { height: Math.ceil(fine.height / 2), width: Math.ceil(fine.width / 2) };
  const weights = fine.weights.map(() => new Float64Array(sizeOf(size)));
  const diagonal = new Float64Array(sizeOf(size));
  const ground = fine.diagonal.slice();
  const steps = directions(fine);
  const increase = (values: Float64Array | undefined, place: number, by: number): void => {
    if (values !== undefined) values[place] = (values[place] ?? 0) + by;
  };
  for (let y = 0; y < fine.height; y++)
    for (let x = 0; x < fine.width; x++) {
      const at = placeOf(fine, y, x);
      SIDES.forEach(([down, right], which) => {
        const weight = fine.weights[which]?.[at] ?? 0;
        if (weight === 0) return;
        increase(ground, at, -weight);
        increase(ground, at + (steps[which] ?? 0), -weight);
        const [row, column] = [y >> 1, x >> 1];
        const [toRow, toColumn] = [(y + down) >> 1, (x + right) >> 1];
        if (row === toRow && column === toColumn) return;
        const from = placeOf(size, row, column);
        const to = placeOf(size, toRow, toColumn);
        const direction = directions(size).indexOf(Math.abs(to - from));
        increase(weights[direction], Math.min(from, to), weight / 2);
        increase(diagonal, from, weight / 2);
        increase(diagonal, to, weight / 2);
      });
    }
  for (let y = 0; y < fine.height; y++)
    for (let x = 0; x < fine.width; x++)
      increase(diagonal, placeOf(size, y >> 1, x >> 1), ground[placeOf(fine, y, x)] ?? 0);
  return { ...size, weights, diagonal };
}

/** Jacobi's step, which leaves a third of what is rough on a grid of nine-point means. */
function smooth(level: Level): void {
  const { system, solution, residual } = level;
  leftOver(level);
  for (let i = 0; i < solution.length; i++) {
    const diagonal = system.diagonal[i] ?? 0;
    if (diagonal > 0) solution[i] = (solution[i] ?? 0) + (residual[i] ?? 0) / diagonal;
  }
}

function leftOver({ system, right, solution, residual }: Level): void {
  apply(system, solution, residual);
  for (let i = 0; i < residual.length; i++) residual[i] = (right[i] ?? 0) - (residual[i] ?? 0);
}

function restrict({ system, residual }: Level, below: Level): void {
  below.right.fill(0);
  for (let y = 0; y < system.height; y++)
    for (let x = 0; x < system.width; x++) {
      const to = placeOf(below.system, y >> 1, x >> 1);
      below.right[to] = (below.right[to] ?? 0) + (residual[placeOf(system, y, x)] ?? 0);
    }
}

function prolong(below: Level, { system, solution }: Level): void {
  for (let y = 0; y < system.height; y++)
    for (let x = 0; x < system.width; x++) {
      const at = placeOf(system, y, x);
      if ((system.diagonal[at] ?? 0) > 0)
        solution[at] = (solution[at] ?? 0) + (below.solution[placeOf(below.system, y >> 1, x >> 1)] ?? 0);
    }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function add(to: Float64Array, times: number, values: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + times * (values[i] ?? 0);
}
