/** How many replicas the versions of a canary get. Source: github.com/argoproj/argo-rollouts utils/replicaset/canary.go */
import { availableOf, canaryOf, countOf, type RolloutState, stepsOf, wantedOf } from "./model.ts";

export interface CanaryReplicas {
  newest: number;
  stable: number;
  /** In the order of `RolloutState.older`. */
  older: readonly number[];
}

/** The share of the canary at a step, in percent. */
function weightOf(state: RolloutState, step: number): number {
  const steps = stepsOf(state);
  if (state.status["abort"] === true) return 0;
  if (step >= steps.length) return 100;
  const weights = steps
    .slice(0, step + 1)
    .flatMap(({ setWeight }) => (setWeight === undefined ? [] : [Number(setWeight)]));
  return weights.at(-1) ?? 0;
}

/** The counts at the end of the step. Without a stable version the new one gets all replicas. */
function goalOf(state: RolloutState, step: number): { newest: number; stable: number } {
  const { replicas, newest, stable } = state;
  if (!stable || stable === newest) return { newest: replicas, stable: 0 };
  if (replicas === 0) return { newest: 0, stable: 0 };
  const weight = weightOf(state, step);
  const { maxSurge } = limitsOf(state);
  const exact = (replicas * weight) / 100;
  const mayBeZero = weight === 100 || weight === 0 || (replicas === 1 && maxSurge === 0);
  const options: (readonly [canary: number, total: number])[] = [];
  if (Math.ceil(exact) < replicas || mayBeZero) options.push([Math.ceil(exact), replicas]);
  const mayRoundDown = Math.floor(exact) !== 0 || mayBeZero;
  if (!isTied(weight, replicas) && mayRoundDown) options.push([Math.floor(exact), replicas]);
  if (maxSurge > 0) options.push([Math.ceil(exact), replicas + 1]);
  if (maxSurge > 0 && !isTied(weight, replicas + 1) && mayRoundDown) options.push([Math.floor(exact), replicas + 1]);
  const distance = ([canary, total]: readonly [number, number]) => Math.abs((canary * 100) / total - weight);
  const [first = [0, replicas] as const, ...others] = options;
  const [canary, total] = others.reduce((best, option) => (distance(option) < distance(best) ? option : best), first);
  return { newest: canary, stable: total - canary };
}

/** Rounding up and down miss the weight by as much. */
function isTied(weight: number, replicas: number): boolean {
  const rest = ((replicas * weight) / 100) % 1;
  return rest === 0.5;
}

function limitsOf(state: RolloutState): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge = "25%", maxUnavailable = "25%" } = canaryOf(state);
  const surge = countOf(maxSurge, state.replicas, Math.ceil);
  const unavailable = countOf(maxUnavailable, state.replicas, Math.floor);
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** The next counts on the way to the goal: never more than the surge, never less available than allowed. */
export function nextReplicas(state: RolloutState, step: number): CanaryReplicas {
  const { replicas, newest, stable, older } = state;
  const { maxSurge, maxUnavailable } = limitsOf(state);
  const goal = goalOf(state, step);
  const other = stable === newest ? undefined : stable;
  const now = { newest: wantedOf(newest), stable: wantedOf(other), older: older.map(wantedOf) };
  const sumOfOlder = now.older.reduce((sum, each) => sum + each, 0);
  let room = Math.max(0, replicas + maxSurge - now.newest - now.stable - sumOfOlder);
  const next = { ...now, older: [...now.older] };
  const grow = (from: number, to: number) => {
    const by = Math.min(room, Math.max(0, to - from));
    room -= by;
    return from + by;
  };
  if (other) next.stable = grow(now.stable, goal.stable);
  next.newest = grow(now.newest, goal.newest);
  const least = replicas - maxUnavailable;
  if (sumOfOlder > 0) {
    let spare = [newest, other, ...older].reduce((sum, each) => sum + availableOf(each), 0) - least;
    next.older = now.older.map((count) => {
      const by = Math.min(count, Math.max(0, spare));
      spare -= by;
      return count - by;
    });
    return next;
  }
  // What grows counts as far as it is available, and what shrinks as a whole.
  const isGrowing = goal.newest >= now.newest;
  const counted = isGrowing
    ? Math.min(availableOf(newest), now.newest) + now.stable
    : now.newest + Math.min(availableOf(other), now.stable);
  const spare = Math.max(0, counted - least);
  if (!isGrowing) next.newest = Math.max(goal.newest, now.newest - spare);
  else if (other && goal.stable < next.stable) next.stable = Math.max(goal.stable, next.stable - spare);
  return next;
}

/** The step's counts are reached. */
export function isAtGoal(state: RolloutState, step: number): boolean {
  const goal = goalOf(state, step);
  const { newest, stable, older } = state;
  const isStableDone = !stable || stable === newest || wantedOf(stable) === goal.stable;
  const isNewestDone = wantedOf(newest) === goal.newest && availableOf(newest) >= goal.newest;
  return isNewestDone && isStableDone && older.every((each) => availableOf(each) === 0);
}
