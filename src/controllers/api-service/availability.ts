/**
 * Sets the condition Available of every APIService: its group is served by this server or by a Service, whose program is
 * asked for its resources. Its answer is kept for discovery.
 * Kubernetes: staging/src/k8s.io/kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go
 */

import { callFailureText } from "../../cluster/call-failure.ts";
import type { HttpReply } from "../../cluster/calls.ts";
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { REMOTE_DISCOVERY, type RemoteDiscovery } from "../../kinds/apiregistration/remote-discovery.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { bytesOfBase64, textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { APIService, APIServiceCondition, EndpointSlice, Service } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";

const SERVICE_NAME = "kubernetes.io/service-name";

type Verdict = Pick<APIServiceCondition, "status" | "reason" | "message"> & Partial<Answered>;

/** Facts about a group version that its server states. */
type Answered = Pick<RemoteDiscovery, "openApiHash"> & { resources: readonly JsonObject[] };

/** How long a check waits for the server. */
const CHECK_MS = 5000;
/** Pauses between checks that fail: then only a change of the Service leads to another one. */
const RETRY_MS = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000];

export const apiServiceAvailability: Controller = {
  name: "apiservice-availability",
  manager: "kube-apiserver",
  watches: [self(apiServiceKind), servedByService(), servedByEndpoints()],

  reconcile(tx, key) {
    const apiService = tx.getByKey(key) as APIService | undefined;
    if (!apiService) return;
    const verdict = verdictOn(tx, apiService);
    const retryAtMs = remember(tx, key, verdict);
    const present = apiService.status?.conditions?.find(({ type }) => type === "Available");
    const { status, reason, message } = verdict;
    if (present?.status === status && present.reason === reason && present.message === message) return retryAtMs;
    const lastTransitionTime = present?.status === status ? present.lastTransitionTime : formatTime(tx.nowMs);
    tx.updateStatus(apiServiceKind, apiService, (draft) => {
      const others = (draft.status?.conditions ?? []).filter(({ type }) => type !== "Available");
      draft.status = { conditions: [...others, { type: "Available", status, lastTransitionTime, reason, message }] };
    });
    return retryAtMs;
  },
};

/** Keeps what the server said; returns the instant of the next check if this one failed. */
function remember(tx: Transaction, key: ObjectKey, { reason, resources, openApiHash }: Verdict): number | undefined {
  const known = tx.privateState<RemoteDiscovery>(key, REMOTE_DISCOVERY);
  if (reason === "FailedDiscoveryCheck") {
    const failures = (known?.failures ?? 0) + 1;
    tx.setPrivateState(key, REMOTE_DISCOVERY, { ...known, failures });
    const pauseMs = RETRY_MS[failures - 1];
    return pauseMs === undefined ? undefined : tx.nowMs + pauseMs;
  }
  if (resources) {
    const answered = { resources, ...(openApiHash !== undefined && { openApiHash }), failures: 0 };
    tx.setPrivateState(key, REMOTE_DISCOVERY, answered satisfies RemoteDiscovery);
  } else if (known?.failures) tx.setPrivateState(key, REMOTE_DISCOVERY, { ...known, failures: 0 });
  return undefined;
}

function verdictOn(tx: Transaction, { spec }: APIService): Verdict {
  if (!spec.service) {
    return { status: "True", reason: "Local", message: "Local APIServices are always available" };
  }
  const { namespace = "", name = "", port = 443 } = spec.service;
  const what = `service/${name} in ${JSON.stringify(namespace)}`;
  const service = tx.get(serviceKind, namespace, name);
  if (!service) return unavailable("ServiceNotFound", `${what} is not present`);
  if (service.spec.type === "ClusterIP") {
    const found = service.spec.ports?.find((candidate) => candidate.port === port);
    if (!found) return unavailable("ServicePortError", `${what} is not listening on port ${port}`);
    const slices = slicesOf(tx, namespace, name);
    if (slices.length === 0) return unavailable("EndpointsNotFound", `cannot find endpointslices for ${what}`);
    const portName = found.name ?? "";
    if (!slices.some((slice) => serves(slice, portName))) {
      const why = `endpointslices for ${what} have no addresses with port name ${JSON.stringify(portName)}`;
      return unavailable("MissingEndpoints", why);
    }
  }
  return discovered(tx, service, spec, port);
}

function unavailable(reason: string, message: string): Verdict {
  return { status: "False", reason, message };
}

function discovered(tx: Transaction, { spec }: Service, wanted: APIService["spec"], port: number): Verdict {
  const { group, version, service, caBundle, insecureSkipTLSVerify } = wanted;
  const isName = spec.type === "ExternalName";
  const address = (isName ? spec.externalName : spec.clusterIP) ?? "";
  const url = `https://${address}:${port}/apis/${group}/${version}`;
  const failed = (why: string) => unavailable("FailedDiscoveryCheck", why);
  const missing = (why: string) =>
    failed(`failing or missing response from ${url}: Get ${JSON.stringify(url)}: ${why}`);
  if (isName) return missing(`dial tcp: lookup ${address} on 10.96.0.10:53: no such host`);
  const ask = (path: string, user: string, groups: string) =>
    tx.calls.network({
      ...{ scheme: "https", method: "GET", address, port, path, body: "" },
      host: `${service?.name}.${service?.namespace}.svc`,
      headers: { accept: "*/*", "x-remote-user": user, "x-remote-group": groups },
      timeoutMs: CHECK_MS,
      ...(!insecureSkipTLSVerify && { trusts: bytesOfBase64(caBundle ?? "") }),
    });
  const answer = ask(`/apis/${group}/${version}`, "system:kube-aggregator", "system:masters");
  if (answer.type === "failed") {
    const timeout = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    return missing(callFailureText(answer, `${address}:${port}`, timeout));
  }
  if (answer.status < 200 || answer.status >= 400) return failed(`bad status from ${url}: ${answer.status}`);
  const index = ask("/openapi/v3", "system:aggregator", "");
  const openApiHash = index.type === "reply" ? hashIn(index, `apis/${group}/${version}`) : undefined;
  const answered: Answered = { resources: resourcesOf(answer), ...(openApiHash !== undefined && { openApiHash }) };
  return { status: "True", reason: "Passed", message: "all checks passed", ...answered };
}

/**
 * The hash of a document in an index of OpenAPI v3; undefined where the index does not have it. A hash of another form
 * is empty, and clients then read the document each time.
 */
function hashIn({ status, body }: HttpReply, path: string): string | undefined {
  const index = status === 200 ? objectOf(body) : undefined;
  const paths = index?.["paths"];
  const entry = isJsonObject(paths) ? paths[path] : undefined;
  if (!isJsonObject(entry)) return undefined;
  return /[?&]hash=(\w+)/.exec(String(entry["serverRelativeURL"]))?.[1] ?? "";
}

/** An answer of another form is a server that runs without resources. */
function resourcesOf({ body }: HttpReply): readonly JsonObject[] {
  const entries = objectOf(body)?.["resources"];
  return Array.isArray(entries) ? entries.filter(isJsonObject) : [];
}

function objectOf(body: HttpReply["body"]): JsonObject | undefined {
  try {
    const value = parseJson(textOfBytes(body));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function serves({ endpoints, ports }: EndpointSlice, portName: string): boolean {
  const isReady = endpoints?.some(({ conditions }) => conditions?.ready !== false) ?? false;
  return isReady && (ports?.some(({ name, port }) => name === portName && port !== undefined) ?? false);
}

function slicesOf(tx: Transaction, namespace: string, name: string): EndpointSlice[] {
  return tx.list(endpointSliceKind, namespace).filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name);
}

function servedByService(): Watch {
  return { resource: resourceId(serviceKind), map: ({ key }, tx) => servedBy(tx, key) };
}

function servedByEndpoints(): Watch {
  return {
    resource: resourceId(endpointSliceKind),
    map({ key, before, after }: ObjectChange, tx) {
      const name = (after ?? before)?.metadata.labels?.[SERVICE_NAME];
      return name === undefined ? [] : servedBy(tx, objectKey(serviceKind, parseKey(key).namespace, name));
    },
  };
}

/** The APIServices that refer to a Service. Called for every change of endpoints; nearly always the list is empty. */
function servedBy(tx: Transaction, key: ObjectKey): ObjectKey[] {
  const { namespace, name } = parseKey(key);
  const remote = tx.derived("remote-api-services", [apiServiceKind], () =>
    tx.list(apiServiceKind).filter(({ spec }) => spec?.service),
  );
  return remote
    .filter(({ spec }) => spec.service?.namespace === namespace && spec.service.name === name)
    .map(({ metadata }) => objectKey(apiServiceKind, "", metadata.name ?? ""));
}
