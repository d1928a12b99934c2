import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/lib/json.ts";
import { decode } from "../../src/schema/index.ts";
import { decodeProtobuf, ProtobufError } from "../../src/schema/protobuf.ts";

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

/** The decoded object of a body, without the zeros that its type drops. */
function object(type: string, base64: string): JsonObject {
  const decoded = decode(type, decodeProtobuf(bytes(base64)), { fieldValidation: "Strict" });
  if ("error" in decoded) throw new Error(decoded.error);
  expect(decoded.strictErrors).toEqual([]);
  return decoded.value as JsonObject;
}

describe("bodies that kubectl 1.35 sent", () => {
  it("create deployment web --image=nginx --replicas=3 --port=80", () => {
    const body =
      "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErgBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEoYBCAMSDAoKCgNhcHASA3dlYhpsChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkwSLgoFbmdpbngSBW5naW54KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=";
    expect(object("Deployment", body)).toMatchObject({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", labels: { app: "web" } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: { containers: [{ name: "nginx", image: "nginx", ports: [{ containerPort: 80 }] }] },
        },
      },
    });
  });

  it("create configmap cm --from-literal=a=1 --from-literal=b=2", () => {
    const body = "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEiQKEgoCY20SABoAIgAqADIAOABCABIGCgFhEgExEgYKAWISATIaACIA";
    expect(object("ConfigMap", body)).toMatchObject({ metadata: { name: "cm" }, data: { a: "1", b: "2" } });
  });

  it("create secret generic s --from-literal=a=ü, whose bytes are base64 in JSON", () => {
    const body = "azhzAAoMCgJ2MRIGU2VjcmV0Eh4KEQoBcxIAGgAiACoAMgA4AEIAEgcKAWESAsO8GgAaACIA";
    expect(object("Secret", body)).toMatchObject({ kind: "Secret", data: { a: "w7w=" } });
  });

  it("create service clusterip s --tcp=80:http, with a port that has a name", () => {
    const body =
      "azhzAAoNCgJ2MRIHU2VydmljZRJmChsKAXMSABoAIgAqADIAOABCAFoICgNhcHASAXMSQwoeCgc4MC1odHRwEgNUQ1AYUCIKCAEQABoEaHR0cCgAEggKA2FwcBIBcxoAIglDbHVzdGVySVA6AEIAUgBaAGAAaAAaAgoAGgAiAA==";
    expect(object("Service", body)).toMatchObject({
      spec: { type: "ClusterIP", ports: [{ name: "80-http", protocol: "TCP", port: 80, targetPort: "http" }] },
    });
  });

  it("create quota q --hard=cpu=1500m,pods=3", () => {
    const body =
      "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI0ChEKAXESABoAIgAqADIAOABCABIdCg4KA2NwdRIHCgUxNTAwbQoLCgRwb2RzEgMKATMaABoAIgA=";
    expect(object("ResourceQuota", body)).toMatchObject({ spec: { hard: { cpu: "1500m", pods: "3" } } });
  });

  it("create token default --duration=10m", () => {
    const body =
      "azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIdChAKABIAGgAiACoAMgA4AEIAEgMg2AQaBAoAEgAaACIA";
    expect(object("TokenRequest", body)).toMatchObject({ spec: { expirationSeconds: 600 } });
  });
});

/** `runtime.Unknown` around an object. */
function message(apiVersion: string, kind: string, raw: number[]): Uint8Array {
  const part = (number: number, body: number[]) => [(number << 3) | 2, body.length, ...body];
  const text = (value: string) => [...Buffer.from(value)];
  const typeMeta = [...part(1, text(apiVersion)), ...part(2, text(kind))];
  return new Uint8Array([0x6b, 0x38, 0x73, 0, ...part(1, typeMeta), ...part(2, raw)]);
}

describe("the encoding", () => {
  it("puts the fields of structs that Go embeds where JSON has them", () => {
    // spec (2) → volumes (1) → volumeSource (2) → configMap (19) → localObjectReference (1) → name (1)
    const raw = [0x12, 11, 0x0a, 9, 0x12, 7, 0x9a, 0x01, 4, 0x0a, 2, 0x0a, 0];
    expect(decodeProtobuf(message("v1", "Pod", raw))).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      spec: { volumes: [{ configMap: { name: "" } }] },
    });
  });

  it("reads times to the second", () => {
    // metadata (1) → creationTimestamp (8) → seconds (1)
    const raw = [0x0a, 8, 0x42, 6, 0x08, 0xc0, 0x8d, 0xf6, 0xd7, 0x06];
    expect(decodeProtobuf(message("v1", "ConfigMap", raw))).toMatchObject({
      metadata: { creationTimestamp: "2026-11-18T11:06:40Z" },
    });
  });

  it("knows the options of a deletion in every group", () => {
    // gracePeriodSeconds (1), preconditions (2) → uid (1)
    const raw = [0x08, 30, 0x12, 3, 0x0a, 1, 0x75];
    for (const apiVersion of ["v1", "apps/v1"]) {
      expect(decodeProtobuf(message(apiVersion, "DeleteOptions", raw))).toEqual({
        apiVersion,
        kind: "DeleteOptions",
        gracePeriodSeconds: 30,
        preconditions: { uid: "u" },
      });
    }
  });

  it("skips fields that it does not know", () => {
    expect(decodeProtobuf(message("v1", "ConfigMap", [0xf8, 0x07, 1, 0x0a, 0]))).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {},
    });
  });

  it("refuses invalid messages, truncated messages and unknown types", () => {
    expect(() => decodeProtobuf(new Uint8Array([1, 2, 3]))).toThrow(ProtobufError);
    expect(() => decodeProtobuf(message("v1", "Wombat", []))).toThrow(
      'no kind "Wombat" is registered for version "v1"',
    );
    expect(() => decodeProtobuf(message("v1", "ConfigMap", [0x0a, 5, 0x0a]))).toThrow("unexpected EOF");
    expect(() => decodeProtobuf(message("v1", "ConfigMap", [0x08, 1]))).toThrow("wrong wireType = 0 for field 1");
  });
});
