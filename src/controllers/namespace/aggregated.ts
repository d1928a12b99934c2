/**
 * Contents of a namespace that aggregated API servers hold. Without an answer of such a server they are not known.
 * Kubernetes: pkg/controller/namespace/deletion/namespaced_resources_deleter.go (`deleteAllContent`, `deleteCollection`)
 */
import { aggregatedApis, isAvailable } from "../../cluster/aggregated-apis.ts";
import { callFailureText } from "../../cluster/call-failure.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { REMOTE_DISCOVERY, type RemoteDiscovery } from "../../kinds/apiregistration/remote-discovery.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { objectKey } from "../../kinds/kind.ts";
import { bytesOfBase64 } from "../../lib/bytes.ts";
import type { APIService } from "../../schema/index.ts";

const DELETE_MS = 10_000;
const USER = "system:serviceaccount:kube-system:namespace-controller";

/** `<group>/<version>` of the aggregated APIs whose resources discovery does not know. */
export function staleGroupVersions(tx: Transaction): string[] {
  return aggregatedApis(tx).flatMap((api) => (isAvailable(api) ? [] : [`${api.spec.group}/${api.spec.version}`]));
}

/** Deletes the collections of all aggregated servers that answer. Returns the reasons of failures. */
export function deleteAggregated(tx: Transaction, namespace: string): string[] {
  return aggregatedApis(tx)
    .filter(isAvailable)
    .flatMap((api) => collectionsOf(tx, api).flatMap((resource) => deleteCollection(tx, api, resource, namespace)));
}

function collectionsOf(tx: Transaction, { metadata }: APIService): string[] {
  const key = objectKey(apiServiceKind, "", metadata.name ?? "");
  const known = tx.privateState<RemoteDiscovery>(key, REMOTE_DISCOVERY)?.resources ?? [];
  return known.flatMap(({ name, namespaced, verbs }) => {
    const canDelete = Array.isArray(verbs) && verbs.includes("deletecollection") && verbs.includes("list");
    return namespaced === true && canDelete ? [String(name)] : [];
  });
}

function deleteCollection(tx: Transaction, { spec }: APIService, resource: string, namespace: string): string[] {
  const { namespace: serviceNamespace = "", name = "", port = 443 } = spec.service ?? {};
  const address = tx.get(serviceKind, serviceNamespace, name)?.spec.clusterIP ?? "";
  const answer = tx.calls.network({
    ...{ scheme: "https", method: "DELETE", address, port, body: "", timeoutMs: DELETE_MS },
    path: `/apis/${spec.group}/${spec.version}/namespaces/${namespace}/${resource}`,
    host: `${name}.${serviceNamespace}.svc`,
    headers: { accept: "application/json", "x-remote-user": USER, "x-remote-group": "system:serviceaccounts" },
    ...(!spec.insecureSkipTLSVerify && { trusts: bytesOfBase64(spec.caBundle ?? "") }),
  });
  if (answer.type === "failed") {
    const why = callFailureText(answer, `${address}:${port}`, "context deadline exceeded");
    return [`error trying to reach service: ${why}`];
  }
  return answer.status < 300 || answer.status === 404 ? [] : [`the server answered with status ${answer.status}`];
}
