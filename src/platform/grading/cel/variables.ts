/** The variables of expressions: `objects`, `now`, `resources`, and a list for each kind by its plural. */
import type { Environment } from "@marcbachmann/cel-js";
import { charge } from "../../../cel/metering.ts";
import { toCel } from "../../../cel/values.ts";
import { type KindDefinition, resourceId } from "../../../kinds/kind.ts";
import { kinds } from "../../../kinds/registry.ts";
import { resolveType } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import type { GradedCluster } from "../check.ts";

/** The built-in kinds of each plural; where two groups have the same plural, their objects are in one list. */
const kindsByPlural: ReadonlyMap<string, readonly KindDefinition[]> = groupByPlural(kinds);
const builtIn: ReadonlySet<KindDefinition> = new Set(kinds);

/** The variables of every cluster, each with its type in CEL. */
export function variableTypes(): Record<string, string> {
  const lists = Object.fromEntries([...kindsByPlural.keys()].map((plural) => [plural, "list<dyn>"]));
  return { ...lists, objects: "list<dyn>", now: "google.protobuf.Timestamp", resources: "map<string, dyn>" };
}

/**
 * The values of `variableTypes` in one cluster, and a list for each plural that its definitions add. Students choose these
 * plurals, so they never replace or extend a built-in variable. Each list is built on first use.
 */
export function variablesOf(cluster: GradedCluster): Variables {
  const variables = new Variables();
  const { stored } = cluster.kinds;
  const objectsOf = (kind: KindDefinition, isStrict: boolean) => {
    const type = resolveType(kind.schema);
    return cluster.keys(resourceId(kind)).map((key) => {
      charge(1);
      const object = variables.read(() => cluster.object(key));
      const view = toCel(type, object, { isStrict, confidential: kind.confidential });
      clusterObjects.set(view as object, () => cluster.statusWriter(key));
      return view;
    });
  };
  // In a list of one built-in kind, an unknown field is the author's mistake.
  const listOf = memoized((kind: KindDefinition) => objectsOf(kind, builtIn.has(kind)));
  const looseListOf = memoized((kind: KindDefinition) => objectsOf(kind, false));
  const custom = groupByPlural(stored.filter((kind) => !builtIn.has(kind)));
  // Later definitions win, so built-in names come last.
  for (const [plural, members] of [...custom, ...kindsByPlural]) {
    const list = members.length > 1 ? looseListOf : listOf;
    variables.define(plural, () => members.flatMap((kind) => list(kind)));
  }
  variables.define("objects", () => stored.flatMap((kind) => looseListOf(kind)));
  variables.define("now", () => new Date(cluster.nowMs));
  variables.define("resources", () => {
    const resources: Record<string, unknown> = Object.create(null);
    for (const kind of stored) {
      Object.defineProperty(resources, qualifiedName(kind), { enumerable: true, get: () => listOf(kind) });
    }
    return resources;
  });
  return variables;
}

/** Maps each object to a function that names its status's writer. */
const clusterObjects = new WeakMap<object, () => string>();

/** `statusWrittenBy(p)`: see `statusWriterOf`. */
export function registerStatusWrittenBy(environment: Environment): void {
  environment.registerFunction("statusWrittenBy(dyn): string", (value: unknown) => {
    const writer = typeof value === "object" && value !== null && clusterObjects.get(value);
    if (!writer) throw new Error("statusWrittenBy: the argument must be an object of the cluster");
    return writer();
  });
}

/** Whether the value is an object of a cluster, and not a part of one or a value that the expression built. */
export function isClusterObject(value: unknown): value is KubernetesObject {
  return typeof value === "object" && value !== null && clusterObjects.has(value);
}

/** The qualified name, as in `kubectl get` and in names of definitions: `pods`, `deployments.apps`. */
function qualifiedName({ group, plural }: KindDefinition): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** Values that are computed on first read. */
export class Variables extends Map<string, unknown> {
  /** The exception of a computation: a bug, or damaged state of the cluster. */
  failure: { error: unknown } | null = null;
  readonly #makers = new Map<string, () => unknown>();

  /** Remembers the exception of `work`: the CEL library treats errors as values. */
  read<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }

  define(name: string, make: () => unknown): void {
    this.#makers.set(name, make);
  }

  override has(name: string): boolean {
    return this.#makers.has(name);
  }

  override get(name: string): unknown {
    if (!super.has(name)) this.set(name, this.#makers.get(name)?.());
    return super.get(name);
  }
}

function memoized<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}

function groupByPlural(all: readonly KindDefinition[]): Map<string, KindDefinition[]> {
  const byPlural = new Map<string, KindDefinition[]>();
  for (const kind of all) byPlural.set(kind.plural, [...(byPlural.get(kind.plural) ?? []), kind]);
  return byPlural;
}
