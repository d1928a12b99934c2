import { describe, expect, it } from "vitest";
import { describer } from "../../scripts/schema/describer.ts";
import type { JsonObject, JsonValue } from "../../src/lib/json.ts";
import { byGroupVersion, type OpenApiResource, openApiDocument, openApiIndex } from "../../src/schema/index.ts";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const deployments: OpenApiResource = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
  schema: "io.k8s.api.apps.v1.Deployment",
  verbs: VERBS,
  subresources: {
    scale: {
      verbs: ["get", "patch", "update"],
      group: "autoscaling",
      version: "v1",
      kind: "Scale",
      schema: "io.k8s.api.autoscaling.v1.Scale",
    },
    status: { verbs: ["get", "patch", "update"] },
  },
};
const nodes: OpenApiResource = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
  schema: "io.k8s.api.core.v1.Node",
  verbs: VERBS,
};

const document = openApiDocument({ resources: [deployments], describe: describer() });
const paths = document["paths"] as Record<string, Record<string, JsonObject>>;
const schemas = (document["components"] as { schemas: Record<string, JsonObject> }).schemas;

function references(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === "$ref" ? [item as string] : references(item)));
}

describe("the OpenAPI document of a group version", () => {
  it("has a path for each scope and subresource of a resource", () => {
    expect(Object.keys(paths)).toEqual([
      "/apis/apps/v1/deployments",
      "/apis/apps/v1/namespaces/{namespace}/deployments",
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status",
    ]);
    const inNamespace = paths["/apis/apps/v1/namespaces/{namespace}/deployments"]!;
    expect(["get", "post", "delete"].map((method) => inNamespace[method]!["operationId"])).toEqual([
      "listAppsV1NamespacedDeployment",
      "createAppsV1NamespacedDeployment",
      "deleteAppsV1CollectionNamespacedDeployment",
    ]);
    expect(Object.keys(openApiDocument({ resources: [nodes], describe: describer() })["paths"]!)).toEqual([
      "/api/v1/nodes",
      "/api/v1/nodes/{name}",
    ]);
  });

  it("declares the patch parameters fieldValidation and dryRun, which kubectl checks before it sends them", () => {
    const patch = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]!["patch"]!;
    expect(patch["x-kubernetes-group-version-kind"]).toEqual({ group: "apps", version: "v1", kind: "Deployment" });
    expect(patch["x-kubernetes-action"]).toBe("patch");
    const names = (patch["parameters"] as JsonObject[]).map((parameter) => parameter["name"]);
    expect(names).toEqual(["dryRun", "fieldManager", "fieldValidation", "force"]);
  });

  it("names subresources of another kind by that kind", () => {
    const scale = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"]!["get"]!;
    expect(scale["x-kubernetes-group-version-kind"]).toEqual({ group: "autoscaling", version: "v1", kind: "Scale" });
  });

  it("contains every schema that it refers to", () => {
    const wanted = new Set(references(document).map((reference) => reference.replace("#/components/schemas/", "")));
    expect([...wanted].filter((name) => !schemas[name])).toEqual([]);
    expect(wanted.size).toBeGreaterThan(100);
  });

  it("has the merge keys of lists, required fields and descriptions", () => {
    const podSpec = schemas["io.k8s.api.core.v1.PodSpec"]!;
    expect(podSpec["required"]).toEqual(["containers"]);
    expect((podSpec["properties"] as JsonObject)["containers"]).toMatchObject({
      type: "array",
      items: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.Container" }], default: {} },
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-list-type": "map",
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
      description: expect.stringContaining("List of containers belonging to the pod."),
    });
    expect((podSpec["properties"] as JsonObject)["volumes"]).toMatchObject({
      "x-kubernetes-patch-strategy": "merge,retainKeys",
    });
    expect(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"]!["x-kubernetes-map-type"]).toBe("atomic");
  });

  it("has no object type without a description", () => {
    const silent = Object.entries(schemas).filter(([, schema]) => !schema["description"]);
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});

describe("the index of documents", () => {
  it("has an address with a hash for each group version", () => {
    expect([...byGroupVersion([deployments, nodes]).keys()]).toEqual(["apis/apps/v1", "api/v1"]);
    expect(openApiIndex({ "apis/apps/v1": "B", "api/v1": "A" })).toEqual({
      paths: {
        "api/v1": { serverRelativeURL: "/openapi/v3/api/v1?hash=A" },
        "apis/apps/v1": { serverRelativeURL: "/openapi/v3/apis/apps/v1?hash=B" },
      },
    });
  });
});
