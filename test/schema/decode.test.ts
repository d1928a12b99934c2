import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../src/lib/json.ts";
import { decode, prune } from "../../src/schema/index.ts";

function decoded(type: string, value: JsonValue) {
  const result = decode(type, value, { fieldValidation: "Ignore" });
  if ("error" in result) throw new Error(result.error);
  return result.value;
}

function errorOf(type: string, value: JsonValue): string | undefined {
  const result = decode(type, value, { fieldValidation: "Warn" });
  return "error" in result ? result.error : undefined;
}

const container = (fields: Record<string, JsonValue>) => ({ spec: { containers: [{ name: "c", ...fields }] } });

describe("decoding", () => {
  it.each<[string, string, JsonValue, string]>([
    [
      "a text where a number belongs",
      "Deployment",
      { spec: { replicas: "three" } },
      "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      "a number in a map of texts",
      "ConfigMap",
      { data: { a: 1 } },
      "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
    ],
    [
      "a number beyond 32 bits",
      "Deployment",
      { spec: { replicas: 3_000_000_000 } },
      "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      "a text where an object belongs",
      "Deployment",
      { spec: "x" },
      "json: cannot unmarshal string into Go struct field Deployment.spec of type v1.DeploymentSpec",
    ],
    [
      "an object where a list belongs",
      "Pod",
      { spec: { containers: {} } },
      "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
    ],
    [
      "a number in a list's item",
      "Pod",
      container({ imagePullPolicy: 5 }),
      "json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
    ],
    ["a list as object", "ConfigMap", [], "json: cannot unmarshal array into Go value of type v1.ConfigMap"],
    [
      "what is no quantity",
      "Pod",
      container({ resources: { requests: { cpu: "abc" } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ["what is no base64", "Secret", { data: { a: "***" } }, "illegal base64 data at input byte 0"],
    ["base64 without its end", "Secret", { data: { a: "YWJjZA" } }, "illegal base64 data at input byte 4"],
    [
      "what is no time",
      "Pod",
      { metadata: { deletionTimestamp: "yesterday" } },
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
    [
      "a day that is none",
      "Pod",
      { metadata: { deletionTimestamp: "2026-02-30T00:00:00Z" } },
      'parsing time "2026-02-30T00:00:00Z": day out of range',
    ],
    [
      "a flag as port",
      "Service",
      { spec: { ports: [{ port: 80, targetPort: true }] } },
      "json: cannot unmarshal bool into Go value of type int32",
    ],
  ])("refuses %s", (_, type, value, error) => {
    expect(errorOf(type, value)).toBe(error);
  });

  it("names the first of several errors", () => {
    expect(errorOf("Deployment", { spec: { paused: 1, replicas: "x" } })).toContain("DeploymentSpec.spec.paused");
  });

  it("drops unknown fields, and reports them in their order", () => {
    const value = {
      metadata: { name: "fv", bogusMeta: 1 },
      spec: { template: { spec: { containers: [{ name: "c", imagePullPolice: "x" }] } }, replica: 2 },
    };
    const problems = [
      'unknown field "metadata.bogusMeta"',
      'unknown field "spec.template.spec.containers[0].imagePullPolice"',
      'unknown field "spec.replica"',
    ];
    const pruned = { metadata: { name: "fv" }, spec: { template: { spec: { containers: [{ name: "c" }] } } } };
    expect(decode("Deployment", value, { fieldValidation: "Ignore" })).toEqual({
      value: pruned,
      warnings: [],
      strictErrors: [],
    });
    expect(decode("Deployment", value, { fieldValidation: "Warn" })).toMatchObject({
      warnings: problems,
      strictErrors: [],
    });
    expect(decode("Deployment", value, { fieldValidation: "Strict" })).toMatchObject({ strictErrors: problems });
    expect(prune("Deployment", value)).toEqual(pruned);
  });

  it("reports the duplicates that the text's parser found", () => {
    const result = decode("ConfigMap", { data: {} }, { fieldValidation: "Strict", duplicates: ["data.a", "data"] });
    expect(result).toMatchObject({ strictErrors: ['duplicate field "data.a"', 'duplicate field "data"'] });
  });

  it("treats null as unset, and as zero in required fields", () => {
    const value = {
      metadata: { labels: { a: null }, name: null },
      spec: { containers: [{ name: "c", args: [null] }, null] },
    };
    expect(decoded("Pod", value)).toEqual({
      metadata: { labels: { a: "" } },
      spec: { containers: [{ name: "c", args: [""] }, {}] },
    });
  });

  it("converts quantities and times to canonical form", () => {
    const resources = { requests: { cpu: 0.5, memory: "1024Mi", "example.com/x": 2 } };
    expect(decoded("Pod", container({ resources }))).toEqual(
      container({ resources: { requests: { cpu: "500m", memory: "1Gi", "example.com/x": "2" } } }),
    );
    const lease = { spec: { renewTime: "2026-01-02T03:04:05.1234567+01:00" } };
    expect(decoded("Lease", lease)).toEqual({ spec: { renewTime: "2026-01-02T02:04:05.123456Z" } });
    const event = { firstTimestamp: "2026-01-02T03:04:05.9Z" };
    expect(decoded("Event", event)).toEqual({ firstTimestamp: "2026-01-02T03:04:05Z" });
  });

  it("keeps fields with the names of prototype members", () => {
    const value = JSON.parse('{"data":{"__proto__":"x"}}') as JsonValue;
    expect(JSON.stringify(decoded("ConfigMap", value))).toBe('{"data":{"__proto__":"x"}}');
  });

  it("finds types by their full names, and its own types by plain names", () => {
    expect(decoded("io.k8s.api.events.v1.Event", { note: "x" })).toEqual({ note: "x" });
    expect(decoded("EventsV1Event", { note: "x" })).toEqual({ note: "x" });
    expect(() => decoded("NoSuchType", {})).toThrow("NoSuchType");
  });
});
