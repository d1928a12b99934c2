/** The groups, versions and resources that are served, as both forms of discovery show them. */
import type { KindDefinition, Kinds } from "../../kinds/kind.ts";
import { compareVersions } from "../../lib/versions.ts";
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
  /** Custom resources say in the aggregated form of which group and version their kind is. */
  isCustom: boolean;
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

const known = new WeakMap<Kinds, readonly ServedGroup[]>();

/** All groups in order; made once for the same kinds. */
export function servedGroups(kinds: Kinds): readonly ServedGroup[] {
  let served = known.get(kinds);
  if (!served) {
    served = groupsOf([...kinds.served, ...virtualKinds].map(servedKind));
    known.set(kinds, served);
  }
  return served;
}

export function servedGroup(kinds: Kinds, name: string): ServedGroup | undefined {
  return servedGroups(kinds).find((group) => group.name === name);
}

interface ServedKind {
  group: string;
  version: string;
  resource: ServedResource;
}

function servedKind(kind: KindDefinition): ServedKind {
  const isCustom = kind.freeForm !== undefined;
  const subresources = Object.entries(kind.subresources ?? {}).map(([name, definition]) => ({
    name,
    verbs: definition.verbs,
    kind: definition.kind ?? kind.kind,
    group: definition.group ?? "",
    version: definition.version ?? "",
  }));
  if (!isCustom) subresources.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    group: kind.group,
    version: kind.version,
    resource: {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.shownVerbs ?? kind.verbs,
      isCustom,
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
