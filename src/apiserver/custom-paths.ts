/** Paths that a CustomResourceDefinition may serve. Requests for other paths are routed without reading the cluster. */
import { builtInKinds } from "../kinds/cluster-kinds.ts";
import type { ResourceRequest } from "./request-info.ts";
import { virtualKinds } from "./virtual/index.ts";

const GROUP_VERSIONS: ReadonlySet<string> = new Set(
  [...builtInKinds.served, ...virtualKinds].map(({ group, version }) => `${group}/${version}`),
);
const GROUPS: ReadonlySet<string> = new Set([...GROUP_VERSIONS].map((name) => name.split("/")[0]!));

/** Groups of definitions have a dot in their name. */
function mayBeCustom(group: string): boolean {
  return group.includes(".");
}

/** True for a resource that is not built in. */
export function mayBeCustomResource({ group, version, resource }: ResourceRequest): boolean {
  if (!mayBeCustom(group)) return false;
  const isVirtual = virtualKinds.some((kind) => kind.group === group && kind.plural === resource);
  return !isVirtual && builtInKinds.byPath(group, version, resource) === undefined;
}

/** True for discovery and OpenAPI paths, except those of built-in groups. */
export function mayShowCustomResources(path: string): boolean {
  const parts = path.split("/").filter((part) => part !== "");
  const [first, second] = parts;
  if (first === undefined) return true;
  if (first === "openapi") return second === "v2" || parts.length < 3 || isOfCustomGroup(parts.slice(2));
  return isOfCustomGroup(parts);
}

/** `apis`, `apis/example.com` and `apis/example.com/v1`, but not `apis/apps/v1`. */
function isOfCustomGroup([root, group, version]: readonly string[]): boolean {
  if (root !== "apis") return false;
  if (group === undefined) return true;
  if (!mayBeCustom(group)) return false;
  return version === undefined ? !GROUPS.has(group) : !GROUP_VERSIONS.has(`${group}/${version}`);
}
