/** The groups, versions and resources that are served, as both forms of discovery show them. */
import type { KindDefinition } from "../../kinds/kind.ts";
import { servedKinds } from "../../kinds/registry.ts";
import { virtualKinds } from "../virtual/index.ts";

export interface ServedSubresource {
  name: string;
  verbs: readonly string[];
  kind: string;
  group: string;
  version: string;
}

/** A resource with what discovery says of it. */
export interface ServedResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: readonly string[];
  shortNames?: readonly string[];
  categories?: readonly string[];
  storageVersionHash?: string;
  /** By name. */
  subresources: readonly ServedSubresource[];
}

export interface ServedVersion {
  version: string;
  /** By name. */
  resources: readonly ServedResource[];
}

export interface ServedGroup {
  /** Empty for the legacy group. */
  name: string;
  /** The preferred one first. */
  versions: readonly ServedVersion[];
}

/** Clients look for kinds in this order: the priorities of kube-apiserver's groups. Others follow by name. */
const GROUP_ORDER = [
  "",
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "resource.k8s.io",
  "flowcontrol.apiserver.k8s.io",
];

let served: readonly ServedGroup[] | undefined;

/** All groups in order; made once, as the registry does not change. */
export function servedGroups(): readonly ServedGroup[] {
  served ??= groupsOf([...servedKinds, ...virtualKinds].map(servedKind));
  return served;
}

export function servedGroup(name: string): ServedGroup | undefined {
  return servedGroups().find((group) => group.name === name);
}

interface ServedKind {
  group: string;
  version: string;
  resource: ServedResource;
}

function servedKind(kind: KindDefinition): ServedKind {
  const subresources = Object.entries(kind.subresources ?? {})
    .map(([name, definition]) => ({
      name,
      verbs: definition.verbs,
      kind: definition.kind ?? kind.kind,
      group: definition.group ?? "",
      version: definition.version ?? "",
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    group: kind.group,
    version: kind.version,
    resource: {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.verbs,
      shortNames: kind.shortNames,
      categories: kind.categories,
      storageVersionHash: kind.storageVersionHash,
      subresources,
    },
  };
}

function groupsOf(all: readonly ServedKind[]): ServedGroup[] {
  const names = [...new Set(all.map(({ group }) => group))];
  return names.sort(compareGroups).map((name) => ({ name, versions: versionsOf(all.filter((k) => k.group === name)) }));
}

function versionsOf(all: readonly ServedKind[]): ServedVersion[] {
  const versions = [...new Set(all.map(({ version }) => version))].sort(compareVersions);
  return versions.map((version) => ({
    version,
    resources: all
      .filter((kind) => kind.version === version)
      .map(({ resource }) => resource)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}

function compareGroups(a: string, b: string): number {
  const rank = (name: string) => (GROUP_ORDER.includes(name) ? GROUP_ORDER.indexOf(name) : GROUP_ORDER.length);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** Newest first, as `v2` before `v1`, and released versions before betas. */
function compareVersions(a: string, b: string): number {
  const parts = (text: string) => /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text);
  const [x, y] = [parts(a), parts(b)];
  if (!x || !y) return a < b ? -1 : 1;
  const stage = (match: RegExpExecArray) => (match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0);
  return stage(y) - stage(x) || Number(y[1]) - Number(x[1]) || Number(y[3] ?? 0) - Number(x[3] ?? 0);
}
