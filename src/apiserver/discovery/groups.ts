/** The served groups, versions and resources, in the shape that both forms of discovery share. */
import type { KindDefinition, Kinds } from "../../kinds/kind.ts";
import { compareVersions } from "../../lib/versions.ts";
import type { RemoteVersion } from "../aggregation.ts";
import { virtualKinds } from "../virtual/index.ts";
import { remoteResources } from "./remote.ts";
import type { ServedResource } from "./served.ts";

export interface ServedVersion {
  version: string;
  /** By name. */
  resources: readonly ServedResource[];
  /** True when an aggregated server should answer and does not. */
  isStale?: boolean;
}

export interface ServedGroup {
  /** Empty for the legacy group. */
  name: string;
  /** The preferred one first. */
  versions: readonly ServedVersion[];
}

/** The priorities of kube-apiserver's groups: clients look for kinds in this order. Other groups follow by name. */
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

/** The group priority of CustomResourceDefinitions. */
const CUSTOM_PRIORITY = 1000;

const known = new WeakMap<Kinds, readonly ServedGroup[]>();

/** All groups in order, aggregated ones included. Computed once for the same kinds. */
export function servedGroups(kinds: Kinds, remote: readonly RemoteVersion[]): readonly ServedGroup[] {
  let served = known.get(kinds);
  if (!served) {
    served = groupsOf([...kinds.served, ...virtualKinds].map(servedKind));
    known.set(kinds, served);
  }
  return remote.length === 0 ? served : withRemote(served, remote);
}

/** Aggregated groups follow the built-in ones; those with a priority above 1000 precede the custom groups. */
function withRemote(own: readonly ServedGroup[], remote: readonly RemoteVersion[]): ServedGroup[] {
  const priorityOf = (name: string) => {
    if (GROUP_ORDER.includes(name)) return Number.POSITIVE_INFINITY;
    const asked = remote.filter(({ group }) => group === name).map(({ groupPriority }) => groupPriority);
    return Math.max(own.some((group) => group.name === name) ? CUSTOM_PRIORITY : 0, ...asked);
  };
  const names = new Set([...own.map(({ name }) => name), ...remote.map(({ group }) => group)]);
  return [...names]
    .map((name) => ({ name, versions: versionsWithRemote(own, remote, name) }))
    .sort((a, b) => {
      const [x, y] = [priorityOf(a.name), priorityOf(b.name)];
      return x === y ? compareGroups(a.name, b.name) : y - x;
    });
}

function versionsWithRemote(
  own: readonly ServedGroup[],
  remote: readonly RemoteVersion[],
  name: string,
): readonly ServedVersion[] {
  const here = own.find((group) => group.name === name)?.versions ?? [];
  const there = remote
    .filter(({ group }) => group === name)
    .sort((a, b) => b.versionPriority - a.versionPriority || compareVersions(a.version, b.version))
    .map(({ version, resources }) =>
      resources ? { version, resources: remoteResources(resources) } : { version, resources: [], isStale: true },
    );
  return [...here.filter(({ version }) => !there.some((other) => other.version === version)), ...there];
}

interface ServedKind {
  group: string;
  version: string;
  resource: ServedResource;
}

function servedKind(kind: KindDefinition): ServedKind {
  const isCustom = kind.custom !== undefined;
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
