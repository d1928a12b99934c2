/** Window functions: `row_number() OVER (PARTITION BY … ORDER BY …)`. */
import { aggregateOver, isAggregateName } from "./aggregates.ts";
import type { CallExpr, OrderItem } from "./ast.ts";
import { type Scope, spend } from "./context.ts";
import { SqlError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { compareKeys } from "./order.ts";
import { keyOf, numberOf, type Value } from "./values.ts";

interface Member {
  index: number;
  scope: Scope;
  keys: readonly Value[];
}

/** The scopes with the values of these calls. */
export function windowValues(calls: readonly CallExpr[], scopes: readonly Scope[]): Scope[] {
  const found = scopes.map(() => new Map<CallExpr, Value>());
  for (const call of calls) {
    for (const members of partitions(call, scopes)) {
      spend(members[0]?.scope.context ?? throwEmpty(), members.length);
      for (const [position, member] of members.entries())
        found[member.index]?.set(call, valueAt(call, members, position));
    }
  }
  return scopes.map((scope, i) => ({ ...scope, windows: found[i] ?? new Map() }));
}

function throwEmpty(): never {
  throw new Error("a partition has at least one row");
}

function partitions({ over }: CallExpr, scopes: readonly Scope[]): Member[][] {
  const { partitionBy, orderBy } = over ?? { partitionBy: [], orderBy: [] };
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

function valueAt(call: CallExpr, members: readonly Member[], position: number): Value {
  const orderBy: readonly OrderItem[] = call.over?.orderBy ?? [];
  const own = members[position];
  const isPeer = (member: Member | undefined) => member && own && compareKeys(member.keys, own.keys, orderBy) === 0;
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
    case "first_value":
      return argument(members[0]);
    case "last_value":
      return argument(members.findLast(isPeer) ?? own);
    case "ntile": {
      const count = call.args[0] && own ? numberOf(evaluate(call.args[0], own.scope)) : 1;
      return Math.floor((position * count) / members.length) + 1;
    }
    default: {
      if (!own || !isAggregateName(call.name))
        throw new SqlError({ kind: "noFunction", name: call.name, types: [] }, call.at);
      const last = orderBy.length > 0 ? members.findLastIndex(isPeer) : members.length - 1;
      return aggregateOver(
        call,
        own.scope,
        members.slice(0, last + 1).map(({ scope }) => scope.row),
      );
    }
  }
}
