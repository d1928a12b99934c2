/** The kinds of one cluster: the built-in kinds, and the kinds of its CustomResourceDefinitions. */
import type { CustomResourceDefinition } from "../schema/index.ts";
import { type CustomKinds, customKindsOf } from "./apiextensions/custom-kind.ts";
import { customResourceDefinitionKind } from "./apiextensions/custom-resource-definition.ts";
import {
  apiVersion,
  type Convert,
  type KindDefinition,
  type Kinds,
  type ObjectKey,
  type ResourceId,
  resourceId,
} from "./kind.ts";
import { kindByApiVersion, kindByPath, kindByResource, kinds, servedKinds } from "./registry.ts";

/** The kinds of a cluster without CustomResourceDefinitions. */
export const builtInKinds: Kinds = {
  stored: kinds,
  served: servedKinds,
  byResource: kindByResource,
  byPath: kindByPath,
  byApiVersion: kindByApiVersion,
};

const DEFINITIONS = resourceId(customResourceDefinitionKind);

/** The kinds of a cluster. Cached: as long as its definitions are unchanged, a call costs nothing. */
export function kindsOf(cluster: {
  keys(resource: ResourceId): readonly ObjectKey[];
  getByKey(key: ObjectKey): unknown;
}): Kinds {
  const keys = cluster.keys(DEFINITIONS);
  if (keys.length === 0) return builtInKinds;
  return kindsWith(keys.map((key) => cluster.getByKey(key) as CustomResourceDefinition));
}

interface Known {
  definitions: readonly CustomResourceDefinition[];
  kinds: Kinds;
}

/** The last result, keyed by the first definition. A changed definition is a new object. */
const known = new WeakMap<CustomResourceDefinition, Known>();

function kindsWith(definitions: readonly CustomResourceDefinition[]): Kinds {
  const [first] = definitions as [CustomResourceDefinition];
  const last = known.get(first);
  if (last && isSame(last.definitions, definitions)) return last.kinds;
  const made = allKinds(definitions.map(customKindsOf));
  known.set(first, { definitions, kinds: made });
  return made;
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Built-in kinds take precedence over definitions of the same name. */
function allKinds(custom: readonly CustomKinds[]): Kinds {
  return withCustom(
    custom.flatMap((kind) => kind.stored ?? []).filter((kind) => !kindByResource(resourceId(kind))),
    custom.flatMap((kind) => kind.served).filter((kind) => !kindByPath(...pathOf(kind))),
  );
}

/** True if a webhook converts objects of one of the kinds. */
export function hasConversions({ stored }: Kinds): boolean {
  return stored.some(({ custom }) => custom?.withConversion);
}

/** The kinds with webhooks that are called through `convert`. */
export function withConversions(unbound: Kinds, convert: Convert): Kinds {
  const isCustom = ({ custom }: KindDefinition) => custom !== undefined;
  const bound = (kind: KindDefinition) => kind.custom?.withConversion?.(convert) ?? kind;
  const all = withCustom(unbound.stored.filter(isCustom).map(bound), unbound.served.filter(isCustom).map(bound));
  return { ...all, unbound };
}

function withCustom(stored: readonly KindDefinition[], served: readonly KindDefinition[]): Kinds {
  const byResource = new Map(stored.map((kind) => [resourceId(kind), kind]));
  const byPath = new Map(served.map((kind) => [pathOf(kind).join("/"), kind]));
  const byApiVersion = new Map(served.map((kind) => [`${apiVersion(kind)}/${kind.kind}`, kind]));
  return {
    stored: [...kinds, ...stored],
    served: [...servedKinds, ...served],
    byResource: (resource) => kindByResource(resource) ?? byResource.get(resource),
    byPath: (...path) => kindByPath(...path) ?? byPath.get(path.join("/")),
    byApiVersion: (version, kind) => kindByApiVersion(version, kind) ?? byApiVersion.get(`${version}/${kind}`),
  };
}

function pathOf({ group, version, plural }: KindDefinition): [string, string, string] {
  return [group, version, plural];
}
