import { describe, expect, it } from "vitest";
import { bytesOf } from "../../../../src/lib/bytes.ts";
import type { JsonObject } from "../../../../src/lib/json.ts";
import { answerOpenApi } from "../../../../src/programs/servers/api-group/openapi.ts";
import { METRICS } from "../../../../src/programs/servers/metrics-group.ts";

function get(path: string): { status: number; document: JsonObject } | undefined {
  const request = { method: "GET", path, headers: {}, body: "" };
  const answer = answerOpenApi([METRICS], request as Parameters<typeof answerOpenApi>[1]);
  return answer && { status: answer.status, document: JSON.parse(new TextDecoder().decode(bytesOf(answer.body))) };
}

describe("the OpenAPI documents of metrics.k8s.io", () => {
  it.each([
    ["/openapi/v3/apis/metrics.k8s.io/v1beta1", /"#\/components\/schemas\/([^"]+)"/g],
    ["/openapi/v2", /"#\/definitions\/([^"]+)"/g],
  ])("contain each schema that they refer to: %s", (path, references) => {
    const { document } = get(path)!;
    const schemas = (document["definitions"] ?? (document["components"] as JsonObject)["schemas"]) as JsonObject;
    const named = [...JSON.stringify(document).matchAll(references)].map(([, name]) => name!);
    expect(named).toContain("io.k8s.metrics.pkg.apis.metrics.v1beta1.ContainerMetrics");
    expect(named.filter((name) => !Object.hasOwn(schemas, name))).toEqual([]);
  });

  it("declare reads only, and are found by the index", () => {
    const index = get("/openapi/v3")!.document["paths"] as Record<string, { serverRelativeURL: string }>;
    const [url] = Object.values(index).map(({ serverRelativeURL }) => serverRelativeURL);
    const paths = get(url!)!.document["paths"] as Record<string, JsonObject>;
    const verbs = new Set(Object.values(paths).flatMap((item) => Object.keys(item)));
    expect([...verbs].sort()).toEqual(["get", "parameters"]);
    expect(get("/openapi/v3/apis/metrics.k8s.io/v1")).toBeUndefined();
  });
});
