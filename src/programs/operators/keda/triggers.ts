/**
 * The triggers of a ScaledObject or ScaledJob, with the values of their authentication and of the target's variables.
 * Source: github.com/kedacore/keda pkg/scaling/resolver/scale_resolvers.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { Failure, type Steps } from "../../kubectl/core/session.ts";
import { find, secretText } from "../objects.ts";
import type { Trigger } from "./scalers/contract.ts";

export const GROUP = "/apis/keda.sh/v1alpha1";

/** The owner of triggers, and the pod whose variables they read. */
export interface TriggerSource {
  client: Client;
  namespace: string;
  /** The specification of the target's pods; empty if it is not known. */
  podSpec: JsonObject;
  container: string | undefined;
  /** The namespace of the operator, for ClusterTriggerAuthentications. */
  operatorNamespace: string;
}

export function* resolveTriggers(source: TriggerSource, triggers: JsonValue | undefined): Steps<Trigger[]> {
  const resolved: Trigger[] = [];
  for (const [index, trigger] of objectsIn(triggers).entries()) {
    const values: Record<string, string> = {};
    for (const [name, value] of Object.entries(objectIn(trigger["metadata"]))) values[name] = String(value);
    const variables = Object.keys(values).some((name) => name.endsWith("FromEnv")) ? yield* variablesOf(source) : {};
    for (const [name, variable] of Object.entries(values)) {
      const plain = name.endsWith("FromEnv") ? name.slice(0, -"FromEnv".length) : undefined;
      const value = variables[variable];
      if (plain !== undefined && value !== undefined) values[plain] = value;
    }
    Object.assign(values, yield* authenticationOf(source, objectIn(trigger["authenticationRef"])));
    const metricType = trigger["metricType"] === "Value" || trigger["metricType"] === "Utilization";
    resolved.push({
      ...{ type: String(trigger["type"]), index, values, namespace: source.namespace },
      metricType: metricType ? (trigger["metricType"] as "Value" | "Utilization") : "AverageValue",
    });
  }
  return resolved;
}

function* authenticationOf(source: TriggerSource, reference: JsonObject): Steps<Record<string, string>> {
  const { name, kind = "TriggerAuthentication" } = reference;
  if (typeof name !== "string" || name === "") return {};
  const isCluster = kind === "ClusterTriggerAuthentication";
  const namespace = isCluster ? source.operatorNamespace : source.namespace;
  const path = isCluster
    ? `${GROUP}/clustertriggerauthentications`
    : `${GROUP}/namespaces/${namespace}/triggerauthentications`;
  const found = yield* find(source.client, `${path}/${name}`);
  if (!found) throw new Failure(`${String(kind)}.keda.sh ${JSON.stringify(name)} not found`);
  const spec = objectIn(found["spec"]);
  const values: Record<string, string> = {};
  for (const { parameter, name: secret, key } of objectsIn(spec["secretTargetRef"])) {
    const object = yield* find(source.client, `/api/v1/namespaces/${namespace}/secrets/${String(secret)}`);
    values[String(parameter)] = secretText(object, String(key)) ?? "";
  }
  for (const { parameter, name: map, key } of objectsIn(spec["configMapTargetRef"])) {
    const object = yield* find(source.client, `/api/v1/namespaces/${namespace}/configmaps/${String(map)}`);
    values[String(parameter)] = String(objectIn(object?.["data"])[String(key)] ?? "");
  }
  for (const { parameter, name: variable, containerName } of objectsIn(spec["env"])) {
    const container = typeof containerName === "string" ? containerName : source.container;
    values[String(parameter)] = (yield* variablesOf({ ...source, container }))[String(variable)] ?? "";
  }
  return values;
}

/** The variables of the target's container. */
function* variablesOf({ client, namespace, podSpec, container }: TriggerSource): Steps<Record<string, string>> {
  const containers = objectsIn(podSpec["containers"]);
  const chosen = container === undefined ? containers[0] : containers.find(({ name }) => name === container);
  const variables: Record<string, string> = {};
  const read = function* (plural: string, name: JsonValue | undefined): Steps<Record<string, string>> {
    const object = yield* find(client, `/api/v1/namespaces/${namespace}/${plural}/${String(name)}`);
    const entries = Object.entries(objectIn(object?.["data"]));
    return Object.fromEntries(
      entries.map(([key, value]) => [key, plural === "secrets" ? (secretText(object, key) ?? "") : String(value)]),
    );
  };
  for (const { prefix = "", secretRef, configMapRef } of objectsIn(chosen?.["envFrom"])) {
    const found = secretRef
      ? yield* read("secrets", objectIn(secretRef)["name"])
      : yield* read("configmaps", objectIn(configMapRef)["name"]);
    for (const [key, value] of Object.entries(found)) variables[`${String(prefix)}${key}`] = value;
  }
  for (const { name, value, valueFrom } of objectsIn(chosen?.["env"])) {
    const { secretKeyRef, configMapKeyRef } = objectIn(valueFrom);
    const reference = objectIn(secretKeyRef ?? configMapKeyRef);
    if (value !== undefined) variables[String(name)] = String(value);
    else if (secretKeyRef || configMapKeyRef) {
      const found = yield* read(secretKeyRef ? "secrets" : "configmaps", reference["name"]);
      variables[String(name)] = found[String(reference["key"])] ?? "";
    }
  }
  return variables;
}
