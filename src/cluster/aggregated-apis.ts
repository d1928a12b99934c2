/** The groups of the cluster that programs behind Services answer for. */
import { apiServiceKind } from "../kinds/apiregistration/api-service.ts";
import { builtInKinds } from "../kinds/cluster-kinds.ts";
import type { APIService } from "../schema/index.ts";
import type { Transaction } from "./transaction.ts";

const BUILT_IN: ReadonlySet<string> = new Set(builtInKinds.served.map(({ group, version }) => `${group}/${version}`));

/** True if this server answers for the group version itself, even if an APIService names a Service. */
export function isBuiltIn(group: string, version: string): boolean {
  return BUILT_IN.has(`${group}/${version}`);
}

/** The APIServices that name a Service. */
export function aggregatedApis(tx: Transaction): readonly APIService[] {
  return tx.derived("remote-versions", [apiServiceKind], () =>
    tx.list(apiServiceKind).filter(({ spec }) => spec?.service && !isBuiltIn(spec.group ?? "", spec.version ?? "")),
  );
}

export function isAvailable({ status }: APIService): boolean {
  return status?.conditions?.find(({ type }) => type === "Available")?.status === "True";
}
