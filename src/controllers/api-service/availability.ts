/**
 * Sets the condition Available of every APIService: its group is served by this server or by a Service. No program of a
 * cluster answers as an API server, so a Service with endpoints fails the last check.
 * Kubernetes: staging/src/k8s.io/kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go
 */

import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { formatTime } from "../../lib/time.ts";
import type { APIService, APIServiceCondition, EndpointSlice, Service } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";

const SERVICE_NAME = "kubernetes.io/service-name";

type Verdict = Pick<APIServiceCondition, "status" | "reason" | "message">;

export const apiServiceAvailability: Controller = {
  name: "apiservice-availability",
  manager: "kube-apiserver",
  watches: [self(apiServiceKind), servedByService(), servedByEndpoints()],

  reconcile(tx, key) {
    const apiService = tx.getByKey(key) as APIService | undefined;
    if (!apiService) return;
    const verdict = verdictOn(tx, apiService);
    const present = apiService.status?.conditions?.find(({ type }) => type === "Available");
    const { status, reason, message } = verdict;
    if (present?.status === status && present.reason === reason && present.message === message) return;
    const lastTransitionTime = present?.status === status ? present.lastTransitionTime : formatTime(tx.nowMs);
    tx.updateStatus(apiServiceKind, apiService, (draft) => {
      const others = (draft.status?.conditions ?? []).filter(({ type }) => type !== "Available");
      draft.status = { conditions: [...others, { type: "Available", status, lastTransitionTime, reason, message }] };
    });
  },
};

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
  return unavailable("FailedDiscoveryCheck", unanswered(service, spec, port));
}

function unavailable(reason: string, message: string): Verdict {
  return { status: "False", reason, message };
}

/** The error of Go's HTTP client when the connection is refused. */
function unanswered({ spec }: Service, { group, version }: APIService["spec"], port: number): string {
  const isName = spec.type === "ExternalName";
  const host = `${isName ? spec.externalName : spec.clusterIP}:${port}`;
  const url = `https://${host}/apis/${group}/${version}`;
  const why = isName
    ? `dial tcp: lookup ${spec.externalName} on 10.96.0.10:53: no such host`
    : `dial tcp ${host}: connect: connection refused`;
  return `failing or missing response from ${url}: Get ${JSON.stringify(url)}: ${why}`;
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
