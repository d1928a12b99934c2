/**
 * Answers for API groups, as a server built with k8s.io/apiserver does: discovery, OpenAPI, health, and the verbs of resources.
 * The API server in front of it has authorized the request.
 */
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, json, parameters, splitPath, text } from "../http.ts";
import type { HttpRequest } from "../server.ts";
import { refusal } from "./answers.ts";
import { answerOpenApi } from "./openapi.ts";
import { type ApiGroup, groupDocument, resourceList } from "./resources.ts";
import type { ObjectStore } from "./store.ts";
import { answerVerb } from "./verbs.ts";

export interface GroupServer {
  groups: readonly ApiGroup[];
  store(process: ProcessView): ObjectStore;
}

export function answerGroups({ groups, store }: GroupServer, process: ProcessView, request: HttpRequest): HttpAnswer {
  const { path, query } = splitPath(request.path);
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return text(200, "ok");
  const openApi = answerOpenApi(groups, request);
  if (openApi) return openApi;
  const [root, groupName, versionName, ...rest] = path.split("/").filter((part) => part !== "");
  if (root !== "apis") return refusal("NotFound", "the server could not find the requested resource");
  if (groupName === undefined) {
    const documents = groups.map((group) => groupDocument(group));
    return json(200, { kind: "APIGroupList", apiVersion: "v1", groups: documents });
  }
  const group = groups.find(({ name }) => name === groupName);
  if (group && versionName === undefined) return json(200, groupDocument(group));
  const version = group?.versions.find(({ name }) => name === versionName);
  if (!group || !version) return refusal("NotFound", "the server could not find the requested resource");
  if (rest.length === 0) return json(200, resourceList(group, version));
  const [namespace, resource = "", name = "", ...further] = rest[0] === "namespaces" ? rest.slice(1) : ["", ...rest];
  const definition = version.resources.find((each) => each.name === resource);
  if (!definition || further.length > 0) {
    return refusal("NotFound", "the server could not find the requested resource");
  }
  const values = new Map([...parameters(query)].map(([key, [first = ""]]) => [key, first]));
  const target = {
    ...{ group: group.name, resource, definition, apiVersion: `${group.name}/${version.name}` },
    ...{ namespace: namespace ?? "", name, query: values },
  };
  return answerVerb({ process, request, store: store(process), target });
}
