/** Validation of PersistentVolumes: their sources, classes and node affinity. */
import { describe, expect, it } from "vitest";
import { Server } from "../apiserver/server.ts";

const PATH = "/api/v1/persistentvolumes";
const BASE = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"] };

const linesOf = (body: { details?: { causes?: { field: string; message: string }[] } }) =>
  (body.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);

function problemsOf(spec: object): string[] {
  const volume = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "x" }, spec: { ...BASE, ...spec } };
  return linesOf(new Server().post(PATH, volume).body);
}

const AFFINITY = {
  required: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["node-1"] }] }],
  },
};

describe("a PersistentVolume's source", () => {
  it.each<[object, string[]]>([
    [
      { nfs: { server: "", path: "" } },
      [
        "spec.nfs.server: Required value",
        "spec.nfs.path: Required value",
        'spec.nfs.path: Invalid value: "": must be an absolute path',
      ],
    ],
    [
      { hostPath: { path: "/a/../b", type: "Folder" } },
      [
        "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
        expect.stringMatching(/^spec.hostPath.type: Unsupported value: "Folder"/),
      ],
    ],
    [{ local: { path: "/mnt" } }, ["spec.nodeAffinity: Required value: Local volume requires node affinity"]],
    [{ local: { path: "/mnt" }, nodeAffinity: AFFINITY }, []],
    [
      { local: { path: "/mnt" }, nodeAffinity: { required: { nodeSelectorTerms: [] } } },
      ["spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term"],
    ],
    [
      { csi: { driver: "", volumeHandle: "", nodePublishSecretRef: { name: "s" } } },
      [
        "spec.csi.driver: Required value",
        expect.stringMatching(/^spec.csi.driver: Invalid value: "": a lowercase RFC 1123 subdomain/),
        "spec.csi.volumeHandle: Required value",
        "spec.csi.nodePublishSecretRef.namespace: Required value",
      ],
    ],
    [
      { iscsi: { targetPortal: "", iqn: "x", lun: 300, chapAuthSession: true } },
      [
        "spec.iscsi.targetPortal: Required value",
        'spec.iscsi.iqn: Invalid value: "x": must be valid format',
        "spec.iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive",
        "spec.iscsi.secretRef: Required value",
      ],
    ],
    [{ iscsi: { targetPortal: "10.0.0.1:3260", iqn: "iqn.2001-04.com.example:storage.disk", lun: 0 } }, []],
    [
      { fc: { targetWWNs: ["a"], wwids: ["b"] } },
      [
        'spec.fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
        "spec.fc.lun: Required value: lun is required if targetWWNs is specified",
      ],
    ],
    [
      { gcePersistentDisk: { pdName: "", partition: 256 } },
      [
        "spec.persistentDisk.pdName: Required value",
        "spec.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive",
      ],
    ],
    [
      { flexVolume: { driver: "d", options: { "kubernetes.io/x": "1" } } },
      [
        'spec.flexVolume.options[kubernetes.io/x]: Invalid value: "kubernetes.io/x": kubernetes.io and k8s.io namespaces are reserved',
      ],
    ],
    [
      { nfs: { server: "s", path: "/" }, csi: { driver: "d", volumeHandle: "h" } },
      ["spec.csi: Forbidden: may not specify more than 1 volume type"],
    ],
    [{}, ["spec: Required value: must specify a volume type"]],
  ])("%j", (spec, problems) => {
    expect(problemsOf(spec)).toEqual(problems);
  });
});

describe("a PersistentVolume", () => {
  const hostPath = { path: "/x" };

  it("names classes, and recycles no root", () => {
    const spec = { hostPath, storageClassName: "A b", volumeAttributesClassName: "" };
    expect(problemsOf(spec)).toEqual([
      expect.stringMatching(/^spec.storageClassName: Invalid value: "A b": a lowercase RFC 1123 subdomain/),
      "spec.volumeAttributesClassName: Required value: an empty string is disallowed",
      "spec.csi: Required value: has to be specified when using volumeAttributesClassName",
    ]);
    expect(problemsOf({ hostPath: { path: "//" }, persistentVolumeReclaimPolicy: "Recycle" })).toEqual([
      "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
    ]);
  });

  it("has a positive capacity of storage only", () => {
    expect(problemsOf({ hostPath, capacity: { storage: "0", cpu: "1" } })).toEqual([
      'spec.capacity: Unsupported value: {"cpu":"1","storage":"0"}: supported values: "storage"',
      'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
    ]);
  });

  it("keeps its node affinity, and may get a secret for expansion once", () => {
    const server = new Server();
    const spec = { ...BASE, csi: { driver: "d", volumeHandle: "h" }, nodeAffinity: AFFINITY };
    server.post(PATH, { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "x" }, spec });
    const secret = { name: "s", namespace: "n" };
    expect(server.patch(`${PATH}/x`, { spec: { csi: { controllerExpandSecretRef: secret } } }).status).toBe(200);
    const { body } = server.patch(`${PATH}/x`, { spec: { nodeAffinity: null } });
    expect(linesOf(body)).toEqual([
      "nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA",
    ]);
  });
});
