/** Window functions: `row_number() OVER (PARTITION BY … ORDER BY …)`. */
import { aggregateOver, isAggregateName } from "./aggregates.ts";
import type { CallExpr, FrameBound, Window } from "./ast.ts";
import { type Scope, spend } from "./context.ts";
import { SqlError, unsupported } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { compareKeys } from "./order.ts";
import { Float, keyOf, numberOf, type Value } from "./values.ts";

interface Member {
  index: number;
  scope: Scope;
  keys: readonly Value[];
}

type Windows = Readonly<Record<string, Window>>;

/** The scopes with the values of these calls. */
export function windowValues(calls: readonly CallExpr[], scopes: readonly Scope[], named: Windows): Scope[] {
  const found = scopes.map(({ windows }) => new Map<CallExpr, Value>(windows));
  for (const call of calls) {
    const window = resolved(call.over ?? { partitionBy: [], orderBy: [] }, named, call.at);
    for (const members of partitions(window, scopes)) {
      const [first] = members;
      if (first) spend(first.scope.context, members.length);
      for (const [position, member] of members.entries())
        found[member.index]?.set(call, valueAt(call, window, members, position));
    }
  }
  return scopes.map((scope, i) => ({ ...scope, windows: found[i] ?? new Map() }));
}

/** The window with the parts of the one that it names. */
function resolved(window: Window, named: Windows, at: number): Window {
  if (window.base === undefined) return window;
  const base = Object.hasOwn(named, window.base) ? named[window.base] : undefined;
  if (!base) {
    const message = `window "${window.base}" does not exist`;
    throw new SqlError({ kind: "placed", message, code: "42704", number: 3579 }, at);
  }
  const { base: _base, ...own } = window;
  const { partitionBy, orderBy, frame } = resolved(base, named, at);
  return {
    ...own,
    partitionBy: own.partitionBy.length > 0 ? own.partitionBy : partitionBy,
    orderBy: own.orderBy.length > 0 ? own.orderBy : orderBy,
    ...(!own.frame && frame && { frame }),
  };
}

function partitions({ partitionBy, orderBy }: Window, scopes: readonly Scope[]): Member[][] {
  const groups = new Map<string, Member[]>();
  for (const [index, scope] of scopes.entries()) {
    const key = partitionBy.map((expr) => keyOf(evaluate(expr, scope))).join("\u0001");
    const member = { index, scope, keys: orderBy.map(({ expr }) => evaluate(expr, scope)) };
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => compareKeys(a.keys, b.keys, orderBy)));
}

function valueAt(call: CallExpr, window: Window, members: readonly Member[], position: number): Value {
  const own = members[position];
  const { orderBy } = window;
  const isPeer = (member: Member | undefined) =>
    member !== undefined && own !== undefined && compareKeys(member.keys, own.keys, orderBy) === 0;
  const firstPeer = members.findIndex(isPeer);
  const argument = (member: Member | undefined): Value => {
    const [first] = call.args;
    return member && first ? evaluate(first, member.scope) : null;
  };
  switch (call.name) {
    case "row_number":
      return position + 1;
    case "rank":
      return firstPeer + 1;
    case "percent_rank":
      return new Float(members.length > 1 ? firstPeer / (members.length - 1) : 0);
    case "cume_dist":
      return new Float((members.findLastIndex(isPeer) + 1) / members.length);
    case "dense_rank": {
      const earlier = members.slice(0, firstPeer + 1);
      return earlier.filter(
        (member, i) => i === 0 || compareKeys(member.keys, earlier[i - 1]?.keys ?? [], orderBy) !== 0,
      ).length;
    }
    case "lag":
    case "lead": {
      const distance = call.args[1] && own ? numberOf(evaluate(call.args[1], own.scope)) : 1;
      const member = members[position + (call.name === "lag" ? -distance : distance)];
      const fallback = call.args[2] && own ? evaluate(call.args[2], own.scope) : null;
      return member ? argument(member) : fallback;
    }
    case "ntile": {
      const count = call.args[0] && own ? numberOf(evaluate(call.args[0], own.scope)) : 1;
      return tileOf(position, members.length, count);
    }
    default:
      return framedValue(call, frameOf(window, members, position), own, argument);
  }
}

/** The first tiles have one row more if the rows cannot be divided evenly. */
function tileOf(position: number, size: number, count: number): number {
  const small = Math.floor(size / count);
  const large = size % count;
  const inLarge = large * (small + 1);
  if (position < inLarge) return Math.floor(position / (small + 1)) + 1;
  return large + Math.floor((position - inLarge) / Math.max(small, 1)) + 1;
}

function framedValue(
  call: CallExpr,
  frame: readonly Member[],
  own: Member | undefined,
  argument: (member: Member | undefined) => Value,
): Value {
  switch (call.name) {
    case "first_value":
      return argument(frame[0]);
    case "last_value":
      return argument(frame.at(-1));
    case "nth_value": {
      const [, nth] = call.args;
      return nth && own ? argument(frame[numberOf(evaluate(nth, own.scope)) - 1]) : null;
    }
    default:
      if (!own || !isAggregateName(call.name))
        throw new SqlError({ kind: "noFunction", name: call.name, types: [] }, call.at);
      return aggregateOver(
        call,
        own.scope,
        frame.map(({ scope }) => scope.row),
      );
  }
}

/** The rows around a position that the frame contains. By default: from the first row to the last equal one. */
function frameOf({ orderBy, frame }: Window, members: readonly Member[], position: number): readonly Member[] {
  const own = members[position];
  const isPeer = (member: Member) => own !== undefined && compareKeys(member.keys, own.keys, orderBy) === 0;
  const firstPeer = members.findIndex(isPeer);
  const lastPeer = members.findLastIndex(isPeer);
  if (!frame) return members.slice(0, lastPeer + 1);
  const offsetOf = ({ offset }: FrameBound) => (offset && own ? numberOf(evaluate(offset, own.scope)) : undefined);
  const boundAt = (bound: FrameBound, isStart: boolean): number => {
    if (bound.side === "current") return frame.mode === "rows" ? position : isStart ? firstPeer : lastPeer;
    const offset = offsetOf(bound);
    if (offset === undefined) return bound.side === "preceding" ? 0 : members.length - 1;
    const distance = bound.side === "preceding" ? -offset : offset;
    if (frame.mode === "rows") return position + distance;
    return boundByValue(members, own, distance * (orderBy[0]?.isDescending ? -1 : 1), isStart);
  };
  return members.slice(Math.max(0, boundAt(frame.start, true)), Math.max(0, boundAt(frame.end, false) + 1));
}

/** RANGE with an offset: keys within a distance of the row's own key. */
function boundByValue(members: readonly Member[], own: Member | undefined, distance: number, isStart: boolean): number {
  const [key = null] = own?.keys ?? [];
  if (key !== null && typeof key !== "number") throw unsupported("RANGE with an offset on this type");
  const limit = numberOf(key) + distance;
  const value = ({ keys }: Member) => numberOf(keys[0] ?? null);
  if (isStart) {
    const found = members.findIndex((member) => value(member) >= limit);
    return found < 0 ? members.length : found;
  }
  return members.findLastIndex((member) => value(member) <= limit);
}
