/** Environment variables from files of volumes, and projected sources whose features are off. */
import { describe, expect, it } from "vitest";
import { Server } from "../apiserver/server.ts";

const PODS = "/api/v1/namespaces/default/pods";

function post(reference: object, volumes: object[]) {
  const env = [{ name: "A", valueFrom: { fileKeyRef: reference } }];
  const containers = [{ name: "c", image: "nginx", env }];
  const { body } = new Server().post(PODS, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers, volumes },
  });
  const problems = (body.details?.causes ?? []).map(
    ({ field, message }: { field: string; message: string }) =>
      `${field.replace("spec.containers[0].env[0].valueFrom.fileKeyRef.", "")}: ${message}`,
  );
  return { body, problems };
}

describe("a variable from a file", () => {
  it("needs a key, a path and a volume of type emptyDir", () => {
    const reference = { key: "A", volumeName: "v", path: "dir/env" };
    expect(post(reference, [{ name: "v", emptyDir: {} }]).problems).toEqual([]);
    expect(post(reference, [{ name: "v", configMap: { name: "x" } }]).problems).toEqual([
      'volumeName: Invalid value: "v": referenced volume must be of type emptyDir',
    ]);
    expect(post({ key: "a=b", volumeName: "V", path: "../env" }, []).problems).toEqual([
      "key: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='",
      expect.stringMatching(/^volumeName: Invalid value: "V": a lowercase RFC 1123 label/),
      "path: Invalid value: \"../env\": must not contain '..'",
      'volumeName: Not found: "V"',
    ]);
    expect(post({ key: "", volumeName: "", path: "" }, []).problems).toEqual([
      "key: Required value",
      "volumeName: Required value",
      "path: Required value",
      'volumeName: Not found: ""',
    ]);
  });
});

describe("a projected source whose feature is off by default", () => {
  it("is dropped before validation", () => {
    const sources = [
      { clusterTrustBundle: { name: "", path: "a" } },
      { podCertificate: { signerName: "x", keyType: "y" } },
      { configMap: { name: "x" } },
    ];
    const reference = { key: "A", volumeName: "v", path: "env" };
    const { body } = post(reference, [
      { name: "v", emptyDir: {} },
      { name: "p", projected: { sources } },
    ]);
    expect(body.spec.volumes[1].projected.sources).toEqual([{}, {}, { configMap: { name: "x" } }]);
  });
});
