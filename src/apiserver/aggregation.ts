/**
 * Aggregated groups: an APIService names a Service that answers for a group. Programs in pods are not asked: requests
 * get the aggregator's error for an unreachable server, and discovery shows the groups as stale.
 *
 * Kubernetes: staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go.
 */
import type { Transaction } from "../cluster/transaction.ts";
import { apiServiceKind } from "../kinds/apiregistration/api-service.ts";
import { builtInKinds } from "../kinds/cluster-kinds.ts";
import type { ApiOutcome } from "./request.ts";
import type { RequestInfo } from "./request-info.ts";
import { plainTextOutcome } from "./respond.ts";

/** A group version that a Service should answer for, with the priorities that discovery sorts by. */
export interface RemoteVersion {
  group: string;
  version: string;
  groupPriority: number;
  versionPriority: number;
}

const BUILT_IN: ReadonlySet<string> = new Set(
  builtInKinds.served.map(({ group, version }) => groupVersion(group, version)),
);

/** The aggregated group versions. Built-in groups stay with this server, even if an APIService names a Service. */
export function remoteVersions(tx: Transaction): readonly RemoteVersion[] {
  return tx.derived("remote-versions", [apiServiceKind], () =>
    tx
      .list(apiServiceKind)
      .filter(({ spec }) => spec?.service && !BUILT_IN.has(groupVersion(spec.group ?? "", spec.version ?? "")))
      .map(({ spec: { group = "", version = "", groupPriorityMinimum, versionPriority } }) => ({
        group,
        version,
        groupPriority: groupPriorityMinimum,
        versionPriority,
      })),
  );
}

/** The aggregator's error for a request to an aggregated group; undefined for all other requests. */
export function aggregatorOutcome(tx: Transaction, info: RequestInfo): ApiOutcome | undefined {
  const { group, version } = info.isResource ? info : partsOf(info.path);
  if (!group || !version || BUILT_IN.has(groupVersion(group, version))) return undefined;
  const isRemote = remoteVersions(tx).some((remote) => remote.group === group && remote.version === version);
  return isRemote ? plainTextOutcome(503, "service unavailable\n") : undefined;
}

function partsOf(path: string): { group?: string; version?: string } {
  const [root, group, version] = path.split("/").filter((part) => part !== "");
  return root === "apis" ? { group, version } : {};
}

function groupVersion(group: string, version: string): string {
  return `${group}/${version}`;
}
