/** Surprising details of a real server's answers, each as it was recorded. */
import { describe, expect, it } from "vitest";
import { JANES_REQUEST } from "../support/certificate-request.ts";
import { CONFIG_MAPS, configMap, Server } from "./server.ts";

describe("as recorded of a real server", () => {
  const RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
  const role = (extra: object) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "r" },
    ...extra,
  });

  it("an empty list that was sent is owned, an absent list is not", () => {
    const fieldsOf = (body: object) => {
      const created = new Server().post(RBAC, body).body;
      expect(created.rules).toBeNull();
      return created.metadata.managedFields?.[0].fieldsV1;
    };
    expect(fieldsOf(role({ rules: [] }))).toEqual({ "f:rules": {} });
    expect(fieldsOf(role({}))).toBeUndefined();
  });

  it("a finalizer added while deleting is refused with its cause twice", () => {
    const server = new Server();
    const held = configMap("held");
    server.post(CONFIG_MAPS, { ...held, metadata: { ...held.metadata, finalizers: ["example.com/f"] } });
    server.delete(`${CONFIG_MAPS}/held`);
    const refused = server.patch(`${CONFIG_MAPS}/held`, {
      metadata: { finalizers: ["example.com/f", "example.com/g"] },
    });
    expect(refused.body.details.causes).toHaveLength(2);
    expect(refused.body.message).toBe(
      'ConfigMap "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is ' +
        'being deleted, found new finalizers []string{"example.com/g"}',
    );
  });

  it("a service with external addresses has a traffic policy, owned by its writer", () => {
    const created = new Server().post("/api/v1/namespaces/default/services", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ips" },
      spec: { externalIPs: ["203.0.113.9"], ports: [{ port: 53, protocol: "UDP" }] },
    }).body;
    expect(created.spec.externalTrafficPolicy).toBe("Cluster");
    expect(created.metadata.managedFields[0].fieldsV1["f:spec"]).toHaveProperty("f:externalTrafficPolicy");
  });

  it("a daemon set's template generation belongs to its writer", () => {
    const labels = { app: "x" };
    const created = new Server().post("/apis/apps/v1/namespaces/default/daemonsets", {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "x" },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } },
      },
    }).body;
    expect(created.metadata.annotations).toEqual({ "deprecated.daemonset.template.generation": "1" });
    expect(created.metadata.managedFields[0].fieldsV1["f:metadata"]).toEqual({
      "f:annotations": { ".": {}, "f:deprecated.daemonset.template.generation": {} },
    });
  });

  it("flow schemas are printed by precedence and listed by name", () => {
    const server = new Server();
    const path = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
    const table = server.get(path, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" }).body;
    const precedences = table.rows.map((row: { cells: unknown[] }) => row.cells[2]);
    expect(precedences).toEqual([...precedences].sort((a, b) => a - b));
    expect(table.rows[0].cells[0]).toBe("exempt");
    expect(server.get(path).body.items[0].metadata.name).toBe("catch-all");
  });

  it("a signing request needs a PEM block and known usages", () => {
    const server = new Server();
    const ask = (request: string, usages: string[]) =>
      server.post("/apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All", {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "x" },
        spec: { signerName: "example.com/x", request, usages },
      });
    expect(ask("", ["client auth"]).body.message).toBe(
      'CertificateSigningRequest.certificates.k8s.io "x" is invalid: spec.request: Invalid value: "": ' +
        "PEM block type must be CERTIFICATE REQUEST",
    );
    expect(ask(btoa(JANES_REQUEST), ["client auth"]).status).toBe(201);
    expect(ask(btoa(JANES_REQUEST), ["cooking"]).body.details.causes[0].field).toBe("spec.usages[0]");
  });

  // Kubernetes: pkg/registry/apps/deployment/storage/storage.go (`scaleUpdatedObjectInfo`).
  it("a refused write of a scale names the subresource, a refused read the resource", () => {
    const server = new Server();
    const labels = { app: "x" };
    const path = "/apis/apps/v1/namespaces/default/deployments";
    const missing = server.get(`${path}/nope/scale`).body;
    expect([missing.message, missing.details.kind]).toEqual(['deployments.apps "nope" not found', "deployments"]);
    const unwritten = server.patch(`${path}/nope/scale`, { spec: { replicas: 1 } }).body;
    expect([unwritten.message, unwritten.details.kind]).toEqual([
      'deployments/scale.apps "nope" not found',
      "deployments/scale",
    ]);
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } };
    const spec = { selector: { matchLabels: labels }, template };
    const { uid } = server.post(path, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, spec }).body
      .metadata;
    const conflict = server.patch(`${path}/x/scale`, { metadata: { uid: "other" }, spec: { replicas: 2 } });
    expect([conflict.status, conflict.body.message]).toEqual([
      409,
      'Operation cannot be fulfilled on deployments/scale.apps "x": Precondition failed: UID in precondition: other, ' +
        `UID in object meta: ${uid}`,
    ]);
  });

  it("a full page has a continue token while objects follow that the selector does not match", () => {
    const server = new Server();
    server.delete(CONFIG_MAPS);
    server.post(CONFIG_MAPS, configMap("a", undefined, { app: "x" }));
    server.post(CONFIG_MAPS, configMap("b"));
    const page = server.get(`${CONFIG_MAPS}?labelSelector=app&limit=1`).body;
    expect(page.items).toHaveLength(1);
    const token = encodeURIComponent(page.metadata.continue);
    const rest = server.get(`${CONFIG_MAPS}?labelSelector=app&limit=1&continue=${token}`).body;
    expect([rest.items, rest.metadata.continue]).toEqual([[], undefined]);
    expect(server.get(`${CONFIG_MAPS}?labelSelector=!app&limit=1`).body.metadata).not.toHaveProperty("continue");
  });
});
