/** 64-bit integers keep all digits in every encoding of an object, and in every parameter. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/lib/json.ts";
import { encodeProtobuf } from "../support/protobuf-encoder.ts";
import { CONFIG_MAPS, Server } from "./server.ts";

const PODS = "/api/v1/namespaces/default/pods";
const LARGE = "9007199254740993";
const container = '{"name":"c","image":"nginx:1"}';
const podText = (seconds: string) =>
  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"terminationGracePeriodSeconds":${seconds},"containers":[${container}]}}`;
const graceOf = (text: string) => /"terminationGracePeriodSeconds":\s*([-\d]+)/.exec(text)?.[1];

describe("a field of 64 bits", () => {
  it.each([
    ["JSON", podText(LARGE), undefined],
    [
      "YAML",
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  terminationGracePeriodSeconds: ${LARGE}\n  containers:\n  - name: c\n    image: nginx:1\n`,
      "application/yaml",
    ],
    ["JSON sent as YAML", podText(LARGE), "application/yaml"],
  ])("keeps its digits in %s", (_, body, type) => {
    const server = new Server();
    const created = server.post(PODS, body, type ? { type } : {});
    expect([created.status, graceOf(created.text)]).toEqual([201, LARGE]);
    expect(graceOf(server.get(`${PODS}/p`).text)).toBe(LARGE);
    expect(server.get(`${PODS}/p`, { accept: "application/yaml" }).text).toContain(
      `terminationGracePeriodSeconds: ${LARGE}\n`,
    );
  });

  it("keeps them in protobuf", () => {
    const server = new Server();
    const spec = { terminationGracePeriodSeconds: LARGE as unknown as number, containers: [{ name: "c", image: "i" }] };
    const body = encodeProtobuf({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec });
    const created = server.post(PODS, body, { type: "application/vnd.kubernetes.protobuf" });
    expect([created.status, graceOf(created.text)]).toEqual([201, LARGE]);
  });

  it.each([
    [
      "merge",
      "application/merge-patch+json",
      `{"spec":{"progressDeadlineSeconds":600,"template":{"spec":{"terminationGracePeriodSeconds":${LARGE}}}}}`,
    ],
    [
      "strategic merge",
      "application/strategic-merge-patch+json",
      `{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":${LARGE}}}}}`,
    ],
    [
      "JSON",
      "application/json-patch+json",
      `[{"op":"replace","path":"/spec/template/spec/terminationGracePeriodSeconds","value":${LARGE}}]`,
    ],
    [
      "apply",
      "application/apply-patch+yaml",
      `apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      terminationGracePeriodSeconds: ${LARGE}\n`,
    ],
  ])("keeps them in a %s patch", (_, type, patch) => {
    const server = new Server();
    const deployments = "/apis/apps/v1/namespaces/default/deployments";
    const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "nginx:1" }] } };
    server.post(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d" },
      spec: { selector: { matchLabels: { a: "b" } }, template },
    });
    const options = type.includes("apply") ? "fieldManager=m&force=true" : "fieldManager=m";
    const patched = server.patch(`${deployments}/d?${options}`, patch, type);
    expect([patched.status, graceOf(patched.text)]).toEqual([200, LARGE]);
    const again = server.patch(`${deployments}/d`, `{"metadata":{"labels":{"x":"y"}}}`);
    expect(graceOf(again.text)).toBe(LARGE);
  });

  it("is refused beyond 64 bits, and a 32-bit field beyond 32 bits", () => {
    const server = new Server();
    const refused = server.post(PODS, podText("9223372036854775808"));
    expect(refused.status).toBe(400);
    expect(refused.body.message).toContain("cannot unmarshal number 9223372036854775808 into Go struct field");
    const port = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"priority":${LARGE},"containers":[${container}]}}`;
    expect(server.post(PODS, port).body.message).toContain(`cannot unmarshal number ${LARGE} into Go struct field`);
  });
});

describe("parameters", () => {
  const refusal = (query: string) => {
    const { status, body } = new Server().get(`${CONFIG_MAPS}?${query}`);
    return [status, (body as JsonObject)["message"]];
  };

  it("that are too large are refused with Go's message", () => {
    const large = "9223372036854775808";
    expect(refusal(`limit=${large}`)).toEqual([400, `strconv.ParseInt: parsing "${large}": value out of range`]);
    const larger = "18446744073709551616";
    expect(refusal(`resourceVersion=${larger}`)).toEqual([
      400,
      `invalid resource version: resourceVersion: Invalid value: "${larger}": strconv.ParseUint: parsing "${larger}": value out of range`,
    ]);
  });

  it("keep their digits in answers", () => {
    const [status, message] = refusal(`resourceVersion=${LARGE}`);
    expect(status).toBe(504);
    expect(message).toContain(`Too large resource version: ${LARGE}, current: `);
  });
});
