/** What expressions can name: `objects`, `now`, and a list per kind by its plural. */
import { charge } from "../../../cel/metering.ts";
import { toCel } from "../../../cel/values.ts";
import { type KindDefinition, resourceId } from "../../../kinds/kind.ts";
import { kinds } from "../../../kinds/registry.ts";
import { resolveType } from "../../../schema/index.ts";
import type { GradedCluster } from "../check.ts";

/** The kinds of each plural; where two groups have the same, their objects are in one list. */
const kindsByPlural: ReadonlyMap<string, readonly KindDefinition[]> = groupByPlural(kinds);

/** Each variable's type in CEL. A cluster has further lists, of its custom resources. */
export function variableTypes(): Record<string, string> {
  const lists = Object.fromEntries([...kindsByPlural.keys()].map((plural) => [plural, "list<dyn>"]));
  return { ...lists, objects: "list<dyn>", now: "google.protobuf.Timestamp" };
}

export function variablesOf(cluster: GradedCluster): Record<string, unknown> {
  const variables: Record<string, unknown> = { now: new Date(cluster.nowMs) };
  const { stored } = cluster.kinds;
  const byKind = new Map<KindDefinition, unknown[]>();
  const listOf = (kind: KindDefinition): unknown[] => {
    let list = byKind.get(kind);
    if (!list) {
      const type = resolveType(kind.schema);
      list = cluster.keys(resourceId(kind)).map((key) => {
        charge(1);
        return toCel(type, cluster.object(key));
      });
      byKind.set(kind, list);
    }
    return list;
  };
  lazily(variables, "objects", () => stored.flatMap(listOf));
  const byPlural = stored === kinds ? kindsByPlural : groupByPlural(stored);
  for (const [plural, members] of byPlural) lazily(variables, plural, () => members.flatMap(listOf));
  return variables;
}

function lazily(target: Record<string, unknown>, name: string, make: () => unknown): void {
  let value: unknown;
  Object.defineProperty(target, name, {
    get() {
      value ??= make();
      return value;
    },
  });
}

function groupByPlural(all: readonly KindDefinition[]): Map<string, KindDefinition[]> {
  const byPlural = new Map<string, KindDefinition[]>();
  for (const kind of all) byPlural.set(kind.plural, [...(byPlural.get(kind.plural) ?? []), kind]);
  return byPlural;
}
