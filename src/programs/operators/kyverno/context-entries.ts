/**
 * Entries of `context`: variables, ConfigMaps and calls of the API server.
 * Source: github.com/kyverno/kyverno pkg/engine/context/loaders, pkg/engine/apicall
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { search } from "./jmespath/evaluate.ts";
import { QueryError } from "./jmespath/values.ts";
import { substitute, substituteText } from "./substitution.ts";
import type { VariableContext } from "./variable-context.ts";

/** The value of an entry. Throws QueryError. */
export function loadEntry(context: VariableContext, entry: JsonObject): JsonValue {
  const name = String(entry["name"]);
  if (entry["variable"]) return variable(context, name, objectIn(entry["variable"]));
  if (entry["configMap"]) return configMap(context, name, objectIn(entry["configMap"]));
  if (entry["apiCall"]) return apiCall(context, name, objectIn(entry["apiCall"]));
  const kind = Object.keys(entry).find((key) => key !== "name") ?? "nothing";
  throw new QueryError(`failed to load context entry ${name}: ${kind} is not simulated`);
}

function variable(context: VariableContext, name: string, entry: JsonObject): JsonValue {
  const path = entry["jmesPath"] === undefined ? "" : substituteText(context, String(entry["jmesPath"]));
  const fallback = entry["default"] === undefined ? null : substitute(context, entry["default"]);
  const given = entry["value"] === undefined ? undefined : substitute(context, entry["value"]);
  let output = fallback;
  if (path === "") output = given ?? fallback;
  else {
    try {
      const { host } = context.surroundings;
      output = (given === undefined ? context.query(path) : search(path, given, host)) ?? fallback;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      if (fallback === null) {
        throw new QueryError(`failed to apply jmespath ${path} to variable ${name}: ${error.message}`);
      }
    }
  }
  if (output === null) {
    throw new QueryError(`failed to add context entry for variable ${name} since it evaluated to nil`);
  }
  return output;
}

function configMap(context: VariableContext, name: string, entry: JsonObject): JsonValue {
  const { lookups, policyNamespace } = context.surroundings;
  const object = substituteText(context, String(entry["name"] ?? ""));
  const given = substituteText(context, String(entry["namespace"] ?? ""));
  const namespace = given || policyNamespace || "default";
  if (policyNamespace !== "" && namespace !== policyNamespace) {
    const differs = `configMap namespace ${JSON.stringify(namespace)} is different from policy namespace`;
    throw new QueryError(`context entry ${name}: ${differs} ${JSON.stringify(policyNamespace)}`);
  }
  try {
    const found = lookups.get({ method: "GET", path: `/api/v1/namespaces/${namespace}/configmaps/${object}` });
    const { data = {}, metadata = {} } = objectIn(found);
    return { data, metadata };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const why = `failed to get configmap ${namespace}/${object} : ${error.message}`;
    throw new QueryError(`failed to retrieve config map for context entry ${name}: ${why}`);
  }
}

function apiCall(context: VariableContext, name: string, entry: JsonObject): JsonValue {
  const { lookups, host } = context.surroundings;
  if (entry["service"]) throw new QueryError(`failed to load context entry ${name}: apiCall.service is not simulated`);
  const path = substituteText(context, String(entry["urlPath"] ?? ""));
  const method = entry["method"] === "POST" ? "POST" : "GET";
  const fields = objectsIn(entry["data"]).map(({ key, value = null }) => [key, substitute(context, value)]);
  try {
    const body = method === "POST" ? { body: Object.fromEntries(fields) as JsonObject } : {};
    const found = lookups.get({ method, path, ...body });
    const query = entry["jmesPath"];
    return query === undefined ? found : search(substituteText(context, String(query)), found, host);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (entry["default"] !== undefined) return substitute(context, entry["default"]);
    throw new QueryError(`failed to fetch data for APICall: ${error.message}`);
  }
}
