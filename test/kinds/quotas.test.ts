/** Validation of ResourceQuotas, LimitRanges and Endpoints: names, scopes, ratios and addresses. */
import { describe, expect, it } from "vitest";
import { Server } from "../apiserver/server.ts";

const CORE = "/api/v1/namespaces/default";

function problemsOf(path: string, object: object): string[] {
  const { body } = new Server().post(path, { apiVersion: "v1", metadata: { name: "x" }, ...object });
  return (body.details?.causes ?? []).map(
    ({ field, message }: { field: string; message: string }) => `${field}: ${message}`,
  );
}

const quota = (spec: object) => problemsOf(`${CORE}/resourcequotas`, { kind: "ResourceQuota", spec });
const range = (...limits: object[]) => problemsOf(`${CORE}/limitranges`, { kind: "LimitRange", spec: { limits } });

describe("a ResourceQuota", () => {
  it("limits known resources by whole numbers", () => {
    expect(quota({ hard: { "requests.hugepages-2Mi": "2Mi", "count/secrets": "1", "a.io/gpu": "1" } })).toEqual([]);
    expect(quota({ hard: { pods: "1500m", storage: "1Gi", wombats: "-1" } })).toEqual([
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota',
      'spec.hard[wombats]: Invalid value: "wombats": must be a standard resource type or fully qualified',
      'spec.hard[wombats]: Invalid value: "wombats": must be a standard resource for quota',
      'spec.hard[wombats]: Invalid value: "-1": must be greater than or equal to 0',
    ]);
  });

  it("has scopes that exist, apply and agree", () => {
    expect(quota({ hard: { pods: "1" }, scopes: ["BestEffort"] })).toEqual([]);
    expect(quota({ hard: { pods: "1", cpu: "1" }, scopes: ["Best", "BestEffort", "NotBestEffort"] })).toEqual([
      'spec.scopes: Invalid value: ["Best","BestEffort","NotBestEffort"]: unsupported scope',
      'spec.scopes: Invalid value: ["Best","BestEffort","NotBestEffort"]: unsupported scope applied to resource',
      'spec.scopes: Invalid value: ["Best","BestEffort","NotBestEffort"]: conflicting scopes',
    ]);
  });

  it("has a selector of scopes with operators and values that fit", () => {
    const select = (...matchExpressions: object[]) => quota({ hard: {}, scopeSelector: { matchExpressions } });
    expect(select({ scopeName: "PriorityClass", operator: "In", values: ["high"] })).toEqual([]);
    const path = "spec.scopeSelector.matchExpressions";
    expect(
      select(
        { scopeName: "PriorityClass", operator: "In" },
        { scopeName: "PriorityClass", operator: "Exists", values: ["a"] },
        { scopeName: "PriorityClass", operator: "Is" },
      ),
    ).toEqual([
      `${path}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`,
      `${path}.values: Invalid value: ["a"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`,
      `${path}.operator: Invalid value: "Is": not a valid selector operator`,
    ]);
    expect(select({ scopeName: "Terminating", operator: "In", values: ["a"] })[0]).toMatch(
      /^spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be 'Exists' when scope is any of/,
    );
  });

  it("has a status of the same form", () => {
    const server = new Server();
    const path = `${CORE}/resourcequotas`;
    server.post(path, { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "x" }, spec: { hard: {} } });
    const { body } = server.patch(`${path}/x/status`, { status: { hard: { wombats: "1" }, used: { pods: "1m" } } });
    expect(body.details.causes.map(({ field }: { field: string }) => field)).toEqual([
      "status.hard[wombats]",
      "status.hard[wombats]",
      "status.used[pods]",
    ]);
  });
});

describe("a LimitRange", () => {
  it("has known types, and resources that fit them", () => {
    expect(range({ type: "Box", max: { cpu: "1" } })).toEqual([
      'spec.limits[0].type: Invalid value: "Box": must be a standard limit type or fully qualified',
    ]);
    expect(range({ type: "Pod", max: { storage: "1Gi" } })).toEqual([
      'spec.limits[0].max[storage]: Invalid value: "storage": must be a standard resource for containers',
    ]);
    expect(range({ type: "PersistentVolumeClaim", max: { cpu: "1" } })).toEqual([
      "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided",
    ]);
  });

  it("has ratios between one and that of its bounds", () => {
    const bounds = { type: "Pod", min: { cpu: "100m" }, max: { cpu: "200m" } };
    expect(range({ ...bounds, maxLimitRequestRatio: { cpu: "2" } })).toEqual([]);
    expect(range({ ...bounds, maxLimitRequestRatio: { cpu: "3" } })).toEqual([
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
    ]);
    expect(range({ type: "Pod", maxLimitRequestRatio: { cpu: "500m" } })).toEqual([
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
    ]);
  });

  it("has equal defaults for resources that cannot be overcommitted", () => {
    const defaults = { default: { "a.io/gpu": "2" }, defaultRequest: { "a.io/gpu": "1" } };
    expect(range({ type: "Container", ...defaults })).toEqual([
      'spec.limits[0].defaultRequest[a.io/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in a.io/gpu',
    ]);
  });
});

describe("Endpoints", () => {
  it("have addresses that traffic can reach, and names of nodes", () => {
    const addresses = [{ ip: "127.0.0.1" }, { ip: "224.0.0.1" }, { ip: "10.0.0.1", nodeName: "A b" }];
    const subsets = [{ addresses, ports: [{ port: 80 }] }];
    expect(problemsOf(`${CORE}/endpoints`, { kind: "Endpoints", subsets })).toEqual([
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'subsets[0].addresses[1].ip: Invalid value: "224.0.0.1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      expect.stringMatching(
        /^subsets\[0\].addresses\[2\].nodeName: Invalid value: "A b": a lowercase RFC 1123 subdomain/,
      ),
    ]);
  });
});
