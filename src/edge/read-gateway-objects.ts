/** Objects of the Gateway API from stored ones, whose content is as the cluster's own definitions allow. */

import { numberIn, objectIn, objectsIn, present, textIn, textMapIn, textsIn, wordIn } from "../lib/edge/shape.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { KubernetesObject, LabelSelector } from "../schema/index.ts";
import type {
  BackendReference,
  Condition,
  Gateway,
  GatewayClass,
  HttpRouteFilter,
  HttpRouteMatch,
  HttpRouteRule,
  Listener,
  ListenerStatus,
  NamedMatch,
  ObjectReference,
  ParentReference,
  ParentStatus,
  ReferenceGrant,
  Route,
} from "./gateway-objects.ts";

const MAX_PORT = 65_535;
const MAX_WEIGHT = 1_000_000;
const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

export function readGatewayClass(object: KubernetesObject): GatewayClass {
  const { controllerName } = specOf(object);
  const status = { ...statusOf(object), conditions: conditionsIn(statusOf(object)["conditions"]) };
  return { ...object, spec: { controllerName: textIn(controllerName) ?? "" }, status };
}

export function readGateway(object: KubernetesObject): Gateway {
  const { gatewayClassName, listeners, infrastructure } = specOf(object);
  const { labels, annotations } = objectIn(infrastructure);
  const status = statusOf(object);
  return {
    ...object,
    status: {
      ...status,
      conditions: conditionsIn(status["conditions"]),
      listeners: objectsIn(status["listeners"]).map((one) => ({
        ...(one as unknown as ListenerStatus),
        conditions: conditionsIn(one["conditions"]),
      })),
    },
    spec: {
      gatewayClassName: textIn(gatewayClassName) ?? "",
      listeners: objectsIn(listeners).flatMap(listenerOf),
      infrastructure: { labels: textMapIn(labels), annotations: textMapIn(annotations) },
    },
  };
}

export function readHttpRoute(object: KubernetesObject): Route {
  return readRoute(object, ruleOf);
}

/** gRPC is HTTP: a method is the path `/service/method`. */
export function readGrpcRoute(object: KubernetesObject): Route {
  return readRoute(object, (rule) => ({ ...ruleOf(rule), matches: objectsIn(rule["matches"]).map(grpcMatchOf) }));
}

/** The rules of TLSRoutes, TCPRoutes and UDPRoutes have backends only. */
export function readStreamRoute(object: KubernetesObject): Route {
  return readRoute(object, ({ backendRefs }) => ({ backendRefs: objectsIn(backendRefs).flatMap(backendOf) }));
}

function readRoute(object: KubernetesObject, readRule: (rule: JsonObject) => HttpRouteRule): Route {
  const { parentRefs, hostnames, rules } = specOf(object);
  const status = statusOf(object);
  const parents = objectsIn(status["parents"]).map((one) => ({
    ...(one as unknown as ParentStatus),
    ...{ controllerName: textIn(one["controllerName"]) ?? "", conditions: conditionsIn(one["conditions"]) },
  }));
  return {
    ...object,
    status: { ...status, parents },
    spec: {
      parentRefs: objectsIn(parentRefs).flatMap(parentOf),
      hostnames: textsIn(hostnames),
      ...(Array.isArray(rules) && { rules: objectsIn(rules).map(readRule) }),
    },
  };
}

export function readReferenceGrant(object: KubernetesObject): ReferenceGrant {
  const { from, to } = specOf(object);
  return {
    ...object,
    spec: {
      from: objectsIn(from).map(({ group, kind, namespace }) => ({
        ...{ group: textIn(group) ?? "", kind: textIn(kind) ?? "", namespace: textIn(namespace) ?? "" },
      })),
      to: objectsIn(to).map(({ group, kind, name }) =>
        present({ group: textIn(group) ?? "", kind: textIn(kind) ?? "", name: textIn(name) }),
      ) as NonNullable<ReferenceGrant["spec"]["to"]>,
    },
  };
}

function specOf(object: KubernetesObject): JsonObject {
  return objectIn((object as { spec?: JsonValue }).spec);
}

function statusOf(object: KubernetesObject): JsonObject {
  return objectIn((object as { status?: JsonValue }).status);
}

function conditionsIn(value: JsonValue | undefined): Condition[] {
  return objectsIn(value) as unknown as Condition[];
}

function listenerOf({ name, hostname, port, protocol, tls, allowedRoutes }: JsonObject): Listener[] {
  const number = numberIn(port, 1, MAX_PORT);
  if (typeof name !== "string" || number === undefined) return [];
  const { mode, certificateRefs } = objectIn(tls);
  const { namespaces, kinds } = objectIn(allowedRoutes);
  const { from, selector } = objectIn(namespaces);
  const listener = {
    ...{ name, port: number, protocol: textIn(protocol) ?? "", hostname: textIn(hostname) },
    tls: present({ mode: textIn(mode), certificateRefs: objectsIn(certificateRefs).flatMap(referenceOf) }),
    allowedRoutes: {
      namespaces: present({ from: wordIn(from, ["All", "Same", "Selector", "None"]), selector: selectorOf(selector) }),
      kinds: objectsIn(kinds).map((one) => present({ group: textIn(one["group"]), kind: textIn(one["kind"]) ?? "" })),
    },
  };
  return [present(listener) as Listener];
}

function selectorOf(value: JsonValue | undefined): LabelSelector {
  const { matchLabels, matchExpressions } = objectIn(value);
  const expressions = objectsIn(matchExpressions).map(({ key, operator, values }) => ({
    ...{ key: textIn(key) ?? "", operator: wordIn(operator, OPERATORS) ?? "DoesNotExist", values: textsIn(values) },
  }));
  return { matchLabels: textMapIn(matchLabels), matchExpressions: expressions };
}

function referenceOf({ group, kind, name, namespace }: JsonObject): ObjectReference[] {
  if (typeof name !== "string") return [];
  const fields = { group: textIn(group), kind: textIn(kind), name, namespace: textIn(namespace) };
  return [present(fields) as ObjectReference];
}

/** All fields are kept, because the status repeats the reference. */
function parentOf(value: JsonObject): ParentReference[] {
  const [reference] = referenceOf(value);
  const fields = { sectionName: textIn(value["sectionName"]), port: numberIn(value["port"], 1, MAX_PORT) };
  return reference ? [{ ...reference, ...(present(fields) as Partial<ParentReference>) }] : [];
}

function ruleOf({ matches, filters, backendRefs, timeouts }: JsonObject): HttpRouteRule {
  const { request, backendRequest } = objectIn(timeouts);
  return {
    matches: objectsIn(matches).map(matchOf),
    filters: objectsIn(filters).map(filterOf),
    backendRefs: objectsIn(backendRefs).flatMap(backendOf),
    timeouts: present({ request: textIn(request), backendRequest: textIn(backendRequest) }) as { request?: string },
  };
}

function matchOf({ path, headers, queryParams, method }: JsonObject): HttpRouteMatch {
  const { type, value } = objectIn(path);
  const fields = {
    path: present({ type: wordIn(type, ["Exact", "PathPrefix", "RegularExpression"]), value: textIn(value) }),
    ...{ headers: objectsIn(headers).flatMap(namedMatch), queryParams: objectsIn(queryParams).flatMap(namedMatch) },
    method: textIn(method),
  };
  return present(fields) as HttpRouteMatch;
}

function grpcMatchOf({ method, headers }: JsonObject): HttpRouteMatch {
  const { type, service, method: name } = objectIn(method);
  const path = grpcPathOf(textIn(service), textIn(name), textIn(type) === "RegularExpression");
  return present({ path, headers: objectsIn(headers).flatMap(namedMatch) }) as HttpRouteMatch;
}

function grpcPathOf(
  service: string | undefined,
  method: string | undefined,
  isPattern: boolean,
): HttpRouteMatch["path"] {
  if (service === undefined && method === undefined) return undefined;
  if (!isPattern && service !== undefined) {
    return method === undefined
      ? { type: "PathPrefix", value: `/${service}/` }
      : { type: "Exact", value: `/${service}/${method}` };
  }
  const escaped = (text: string) => (isPattern ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const part = (text: string | undefined) => (text === undefined ? "[^/]+" : escaped(text));
  return { type: "RegularExpression", value: `/${part(service)}/${part(method)}` };
}

function namedMatch({ type, name, value }: JsonObject): NamedMatch[] {
  if (typeof name !== "string") return [];
  const kind = wordIn(type, ["Exact", "RegularExpression"]);
  return [{ name, value: textIn(value) ?? "", ...(kind && { type: kind }) }];
}

function backendOf(value: JsonObject): BackendReference[] {
  const [reference] = referenceOf(value);
  if (!reference) return [];
  const fields = { port: numberIn(value["port"], 1, MAX_PORT), weight: numberIn(value["weight"], 0, MAX_WEIGHT) };
  const filters = objectsIn(value["filters"]).map(filterOf);
  return [{ ...reference, ...(present(fields) as Partial<BackendReference>), filters }];
}

/** The fields of a filter are read by the filter itself. A mirror's backend is a reference to a Service. */
function filterOf(value: JsonObject): HttpRouteFilter {
  const { requestMirror } = value;
  const [backendRef] = backendOf(objectIn(objectIn(requestMirror)["backendRef"]));
  return { ...value, type: textIn(value["type"]) ?? "", requestMirror: { ...(backendRef && { backendRef }) } };
}
