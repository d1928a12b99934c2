/** The conformance requirements for kinds without a controller: every verb, the status subresource, field selectors. */
import { describe, expect, it } from "vitest";
import { Server } from "./server.ts";

interface Case {
  path: string;
  body: { apiVersion: string; kind: string; metadata: { name: string }; [field: string]: unknown };
  /** A status that a client may write. Absent without a status subresource. */
  status?: object;
  /** A merge patch that changes an immutable field. */
  immutable?: [patch: object, message: string];
}

const RESOURCE = "resource.k8s.io/v1";
const STORAGE = "storage.k8s.io/v1";
const NETWORKING = "networking.k8s.io/v1";
const metadata = { name: "x" };
const devices = { requests: [{ name: "gpu", exactly: { deviceClassName: "gpus" } }] };

const CASES: Case[] = [
  {
    path: `/apis/${RESOURCE}/deviceclasses`,
    body: {
      apiVersion: RESOURCE,
      kind: "DeviceClass",
      metadata,
      spec: { selectors: [{ cel: { expression: "true" } }] },
    },
  },
  {
    path: `/apis/${RESOURCE}/namespaces/default/resourceclaims`,
    body: { apiVersion: RESOURCE, kind: "ResourceClaim", metadata, spec: { devices } },
    status: { allocation: { devices: {} }, reservedFor: [{ resource: "pods", name: "p", uid: "u" }] },
    immutable: [{ spec: { devices: { requests: null } } }, "spec: Invalid value"],
  },
  {
    path: `/apis/${RESOURCE}/namespaces/default/resourceclaimtemplates`,
    body: { apiVersion: RESOURCE, kind: "ResourceClaimTemplate", metadata, spec: { spec: { devices } } },
    immutable: [{ spec: { spec: { devices: { requests: null } } } }, "field is immutable"],
  },
  {
    path: `/apis/${RESOURCE}/resourceslices`,
    body: {
      apiVersion: RESOURCE,
      kind: "ResourceSlice",
      metadata,
      spec: {
        driver: "gpu.example.com",
        nodeName: "node-1",
        pool: { name: "node-1", generation: 1, resourceSliceCount: 1 },
        devices: [{ name: "gpu-0", attributes: { model: { string: "a" } }, capacity: { memory: { value: "1Gi" } } }],
      },
    },
    immutable: [{ spec: { driver: "other.example.com" } }, "spec.driver: Invalid value"],
  },
  {
    path: `/apis/${NETWORKING}/ipaddresses`,
    body: {
      apiVersion: NETWORKING,
      kind: "IPAddress",
      metadata: { name: "192.0.2.1" },
      spec: { parentRef: { group: "example.com", resource: "gateways", name: "g" } },
    },
    immutable: [{ spec: { parentRef: { name: "h" } } }, "spec.parentRef: Invalid value"],
  },
  {
    path: `/apis/${NETWORKING}/servicecidrs`,
    body: { apiVersion: NETWORKING, kind: "ServiceCIDR", metadata, spec: { cidrs: ["192.0.2.0/24"] } },
    status: {
      conditions: [
        { type: "T", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z", reason: "r", message: "m" },
      ],
    },
    immutable: [{ spec: { cidrs: ["192.0.3.0/24"] } }, "spec.cidrs: Invalid value"],
  },
  {
    path: `/apis/${STORAGE}/namespaces/default/csistoragecapacities`,
    body: { apiVersion: STORAGE, kind: "CSIStorageCapacity", metadata, storageClassName: "fast", capacity: "1Gi" },
    immutable: [{ storageClassName: "slow" }, "storageClassName: Invalid value"],
  },
  {
    path: `/apis/${STORAGE}/volumeattributesclasses`,
    body: {
      apiVersion: STORAGE,
      kind: "VolumeAttributesClass",
      metadata,
      driverName: "d.example.com",
      parameters: { iops: "1" },
    },
    immutable: [{ parameters: { iops: "2" } }, "updates to parameters are forbidden."],
  },
];

describe.each(CASES.map((entry) => [entry.body.kind, entry] as const))(
  "%s",
  (kind, { path, body, status, immutable }) => {
    const { name } = body.metadata;

    it("is created, read, listed, changed and deleted", () => {
      const server = new Server();
      const before = server.get(path).body.items.length;
      const created = server.post(path, body);
      expect([created.status, created.body.kind]).toEqual([201, kind]);
      expect(server.get(`${path}/${name}`).body).toEqual(created.body);
      const labelled = server.patch(`${path}/${name}`, { metadata: { labels: { a: "b" } } });
      expect([labelled.status, labelled.body.metadata.labels]).toEqual([200, { a: "b" }]);
      expect(server.get(`${path}?labelSelector=a=b`).body.items).toHaveLength(1);
      const replaced = server.put(`${path}/${name}`, labelled.body);
      expect(replaced.status).toBe(200);
      expect(server.delete(`${path}?labelSelector=a=b`).status).toBe(200);
      expect(server.get(path).body.items).toHaveLength(before);
    });

    it("is applied, and shown as a table", () => {
      const server = new Server();
      const applied = server.outcome("PATCH", `${path}/${name}?fieldManager=me`, {
        body,
        type: "application/apply-patch+yaml",
      });
      expect(applied).toMatchObject({ type: "response", response: { status: 201 } });
      const table = server.get(`${path}/${name}`, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" }).body;
      expect(table.rows[0].cells[0]).toBe(name);
    });

    it.runIf(status)("has a status that only its subresource writes", () => {
      const server = new Server();
      server.post(path, { ...body, status });
      expect(server.get(`${path}/${name}/status`).body.status).toEqual({});
      const written = server.patch(`${path}/${name}/status`, { status });
      expect([written.status, written.body.status]).toMatchObject([200, status]);
    });

    it.runIf(immutable)("refuses changes of immutable fields", () => {
      const server = new Server();
      server.post(path, body);
      const [patch, message] = immutable!;
      const refused = server.patch(`${path}/${name}`, patch);
      expect(refused.status).toBe(422);
      expect(refused.body.message).toContain(message);
    });
  },
);

describe("ResourceSlices", () => {
  it("are found by node and driver", () => {
    const server = new Server();
    const { path, body } = CASES.find((entry) => entry.body.kind === "ResourceSlice")!;
    server.post(path, body);
    expect(server.get(`${path}?fieldSelector=spec.nodeName=node-1`).body.items).toHaveLength(1);
    expect(server.get(`${path}?fieldSelector=spec.driver=other`).body.items).toHaveLength(0);
  });
});
