/** Reading custom objects: tables, selectors, watches, metadata only; and authorization. */
import { describe, expect, it } from "vitest";
import { JANE } from "../server.ts";
import { definition, serverWith, version, WIDGETS, widget } from "./widgets.ts";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

describe("tables", () => {
  const columns = [
    { name: "Color", type: "string", jsonPath: ".spec.color" },
    { name: "Size", type: "integer", jsonPath: ".spec.size", priority: 1, description: "How large" },
    { name: "Parts", type: "string", jsonPath: ".spec.parts" },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Label", type: "string", jsonPath: ".metadata.labels.example\\.com/shelf" },
    { name: "Born", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ];

  it("have the definition's columns, with empty cells for absent values", () => {
    const server = serverWith(definition({ versions: [version("v1", { additionalPrinterColumns: columns })] }));
    const labels = { "example.com/shelf": "top" };
    server.post(WIDGETS, widget("a", { color: "red", parts: ["x", "y"] }, { metadata: { name: "a", labels } }));
    server.post(WIDGETS, widget("b"));
    const conditions = [
      { type: "Other", status: "False" },
      { type: "Ready", status: "True" },
    ];
    server.patch(`${WIDGETS}/a/status`, { status: { conditions } });
    server.pass(90_000);
    const { columnDefinitions, rows } = server.get(WIDGETS, { accept: TABLE }).body;
    expect(columnDefinitions.map(({ name, priority }: never) => [name, priority])).toEqual([
      ["Name", 0],
      ["Color", 0],
      ["Size", 1],
      ["Parts", 0],
      ["Ready", 0],
      ["Label", 0],
      ["Born", 0],
    ]);
    expect(columnDefinitions[1].description).toBe(
      "Custom resource definition column (in JSONPath format): .spec.color",
    );
    expect(columnDefinitions[2].description).toBe("How large");
    expect(rows.map(({ cells }: never) => cells)).toEqual([
      ["a", "red", 1, '["x","y"]', "True", "top", "90s"],
      ["b", null, 1, null, null, null, "90s"],
    ]);
  });

  it("end before the first column whose path cannot be parsed", () => {
    const unreadable = { name: "Odd", type: "string", jsonPath: ".spec[?(@.a" };
    const additionalPrinterColumns = [columns[0]!, unreadable, columns[5]!];
    const server = serverWith(definition({ versions: [version("v1", { additionalPrinterColumns })] }));
    const { columnDefinitions } = server.get(WIDGETS, { accept: TABLE }).body;
    expect(columnDefinitions.map(({ name }: never) => name)).toEqual(["Name", "Color"]);
  });

  it("show the age where a definition has no columns", () => {
    const server = serverWith(definition());
    server.post(WIDGETS, widget("a"));
    const { columnDefinitions, rows } = server.get(`${WIDGETS}/a`, { accept: TABLE }).body;
    expect(columnDefinitions.map(({ name, type }: never) => [name, type])).toEqual([
      ["Name", "string"],
      ["Age", "date"],
    ]);
    expect(rows[0].cells).toEqual(["a", "0s"]);
  });
});

describe("selectors", () => {
  it("select by the fields that the definition names", () => {
    const selectableFields = [{ jsonPath: ".spec.color" }, { jsonPath: ".spec.size" }];
    const server = serverWith(definition({ versions: [version("v1", { selectableFields })] }));
    server.post(WIDGETS, widget("a", { color: "red", size: 3 }));
    server.post(WIDGETS, widget("b", { color: "green" }));
    const names = (query: string) =>
      server.get(`${WIDGETS}?fieldSelector=${query}`).body.items.map((item: never) => item["metadata"]["name"]);
    expect(names("spec.color=red")).toEqual(["a"]);
    expect(names("spec.size!=3")).toEqual(["b"]);
    const refused = server.get(`${WIDGETS}?fieldSelector=spec.parts=x`);
    expect([refused.status, refused.body.message]).toEqual([400, "field label not supported: spec.parts"]);
  });
});

describe("other forms", () => {
  it("lists and their items have kind and version in Go's order", () => {
    const server = serverWith(definition({ names: { plural: "widgets", kind: "Widget", listKind: "WidgetPile" } }));
    server.post(WIDGETS, widget("a"));
    const { body } = server.get(WIDGETS);
    expect(Object.keys(body)).toEqual(["apiVersion", "items", "kind", "metadata"]);
    expect([body.kind, body.metadata.continue, body.items[0].kind]).toEqual(["WidgetPile", "", "Widget"]);
    expect(Object.keys(body.items[0].metadata)).toEqual(Object.keys(body.items[0].metadata).toSorted());
  });

  it("metadata alone", () => {
    const server = serverWith(definition());
    server.post(WIDGETS, widget("a"));
    const accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    const { body } = server.get(WIDGETS, { accept });
    expect([body.kind, body.items[0].kind, body.items[0].metadata.name]).toEqual([
      "PartialObjectMetadataList",
      "PartialObjectMetadata",
      "a",
    ]);
  });

  it("aggregated discovery names the kind's group and version, and its tag follows definitions", () => {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const server = serverWith(definition());
    const { body, text, headers } = server.send("GET", "/apis", { accept });
    const { items } = body ?? JSON.parse(text);
    const group = items.find((item: never) => item["metadata"]["name"] === "example.com");
    expect(group.versions[0].resources[0]).toMatchObject({
      resource: "widgets",
      responseKind: { group: "example.com", version: "v1", kind: "Widget" },
      shortNames: ["wd"],
      categories: ["all"],
      subresources: [{ subresource: "status", responseKind: { group: "example.com", version: "v1", kind: "Widget" } }],
    });
    const again = server.send("GET", "/apis", { accept, headers: { "if-none-match": headers["etag"]! } });
    expect(again.status).toBe(304);
    server.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com");
    server.pass(1000);
    const gone = server.send("GET", "/apis", { accept, headers: { "if-none-match": headers["etag"]! } });
    expect([gone.status, gone.text.includes("example.com")]).toEqual([200, false]);
  });
});

describe("rights", () => {
  it("are granted for custom groups as for built-in groups", () => {
    const server = serverWith(definition());
    expect(server.get(WIDGETS, { user: JANE }).body.message).toBe(
      'widgets.example.com is forbidden: User "jane" cannot list resource "widgets" in API group "example.com" in the ' +
        'namespace "default"',
    );
    const RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
    const rules = [{ apiGroups: ["example.com"], resources: ["widgets"], verbs: ["list"] }];
    server.post(`${RBAC}/roles`, { metadata: { name: "r" }, rules });
    server.post(`${RBAC}/rolebindings`, {
      metadata: { name: "r" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
      subjects: [{ kind: "User", name: "jane" }],
    });
    expect(server.get(WIDGETS, { user: JANE }).status).toBe(200);
    expect(server.delete(`${WIDGETS}/a`, { user: JANE }).status).toBe(403);
  });
});

describe("quotas", () => {
  it("count custom objects", () => {
    const server = serverWith(definition());
    const hard = { "count/widgets.example.com": "1" };
    server.post("/api/v1/namespaces/default/resourcequotas", { metadata: { name: "q" }, spec: { hard } });
    server.pass(1000);
    expect(server.post(WIDGETS, widget("a")).status).toBe(201);
    server.pass(1000);
    expect(server.get("/api/v1/namespaces/default/resourcequotas/q").body.status.used).toEqual(hard);
    expect(server.post(WIDGETS, widget("b")).body.message).toContain("exceeded quota: q");
  });
});
