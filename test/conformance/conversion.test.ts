/**
 * The tests of sig-api-machinery about conversion of custom resources by a webhook in a pod.
 * Kubernetes: test/e2e/apimachinery/crd_conversion_webhook.go, crd_selectable_fields.go
 */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { AGNHOST } from "./objects.ts";
import { deployServer } from "./server-in-pod.ts";
import { stories } from "./stories.ts";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const GROUP = "stable.example.com";
const text = { type: "string" };
const fields = (...names: string[]) => ({ selectableFields: names.map((name) => ({ jsonPath: `.${name}` })) });
const schema = (properties: Json) => ({ openAPIV3Schema: { type: "object", properties } });

/** Names of kinds are unique in their group. */
const kindIn = ({ namespace }: ConformanceCluster) => `Thing${namespace.replaceAll("-", "")}`;

async function define(c: ConformanceCluster, stored: "v1" | "v2"): Promise<{ path: (version: string) => string }> {
  const kind = kindIn(c);
  const plural = `${kind.toLowerCase()}s`;
  const webhook = await deployServer(
    c,
    "conversion",
    [
      {
        ...{ name: "webhook", image: AGNHOST },
        args: [
          "crd-conversion-webhook",
          "--tls-cert-file=/certs/tls.crt",
          "--tls-private-key-file=/certs/tls.key",
          "--port=9444",
        ],
      },
    ],
    9444,
  );
  const definition = {
    ...{
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.${GROUP}` },
    },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: { plural, singular: plural.slice(0, -1), kind, listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: stored === "v1",
          schema: schema({ hostPort: text }),
          ...fields("hostPort"),
        },
        {
          ...{ name: "v2", served: true, storage: stored === "v2", schema: schema({ host: text, port: text }) },
          ...fields("host", "port"),
        },
      ],
      conversion: {
        strategy: "Webhook",
        webhook: {
          clientConfig: { caBundle: webhook.caBundle, service: webhook.service("/crdconvert") },
          conversionReviewVersions: ["v1", "v1beta1"],
        },
      },
    },
  };
  expect((await c.request("POST", DEFINITIONS, definition)).status).toBe(201);
  const path = (version: string) => `/apis/${GROUP}/${version}/namespaces/${c.namespace}/${plural}`;
  await c.eventually(async () => (await c.request("GET", path("v1"))).status === 200);
  return { path };
}

const one = (c: ConformanceCluster, name: string) => ({
  apiVersion: `${GROUP}/v1`,
  kind: kindIn(c),
  metadata: { name },
  hostPort: "localhost:8080",
});
const two = (c: ConformanceCluster, name: string) => ({
  apiVersion: `${GROUP}/v2`,
  kind: kindIn(c),
  metadata: { name },
  host: "localhost",
  port: "8080",
});

stories("sig-api-machinery", {
  "CustomResourceConversionWebhook [Privileged:ClusterAdmin] should be able to convert from CR v1 to CR v2": async (
    c,
  ) => {
    const { path } = await define(c, "v1");
    expect((await c.request("POST", path("v1"), one(c, "a"))).status).toBe(201);
    const asTwo = await c.request("GET", `${path("v2")}/a`);
    expect(asTwo.body).toMatchObject({ apiVersion: `${GROUP}/v2`, host: "localhost", port: "8080" });
    expect(asTwo.body).not.toHaveProperty("hostPort");

    const made = await c.request("POST", path("v2"), two(c, "b"));
    expect([made.status, made.body.host]).toEqual([201, "localhost"]);
    expect((await c.request("GET", `${path("v1")}/b`)).body).toMatchObject({ hostPort: "localhost:8080" });
    const changed = await c.request(
      "PATCH",
      `${path("v2")}/b`,
      { port: "9090" },
      { contentType: "application/merge-patch+json" },
    );
    expect(changed.body).toMatchObject({ host: "localhost", port: "9090" });
    expect((await c.request("GET", `${path("v1")}/b`)).body.hostPort).toBe("localhost:9090");
  },
  "CustomResourceConversionWebhook [Privileged:ClusterAdmin] should be able to convert a non homogeneous list of CRs":
    async (c) => {
      const { path } = await define(c, "v1");
      await c.request("POST", path("v1"), one(c, "a"));
      const name = path("v1").split("/").pop();
      const definition = (await c.request("GET", `${DEFINITIONS}/${name}.${GROUP}`)).body;
      for (const version of definition.spec.versions) version.storage = version.name === "v2";
      expect((await c.request("PUT", `${DEFINITIONS}/${name}.${GROUP}`, definition)).status).toBe(200);
      await c.request("POST", path("v1"), one(c, "b"));
      for (const version of ["v1", "v2"]) {
        const { body } = await c.request("GET", path(version));
        expect(body.items.map(({ apiVersion }: Json) => apiVersion)).toEqual([
          `${GROUP}/${version}`,
          `${GROUP}/${version}`,
        ]);
        const shown = version === "v1" ? { hostPort: "localhost:8080" } : { host: "localhost", port: "8080" };
        expect(body.items).toMatchObject([shown, shown]);
      }
    },
  "CustomResourceFieldSelectors [Privileged:ClusterAdmin] CustomResourceFieldSelectors MUST list and watch custom resources matching the field selector":
    async (c) => {
      const { path } = await define(c, "v1");
      const selected = (version: string, selector: string) =>
        `${path(version)}?fieldSelector=${encodeURIComponent(selector)}`;
      const names = async (version: string, selector: string) =>
        (await c.request("GET", selected(version, selector))).body.items.map(({ metadata }: Json) => metadata.name);
      const made = [{ host: "host1", port: "80" }, { host: "host1", port: "8080" }, { host: "host2" }];
      const seen = ({ type, object }: { type: string; object: Json }) => `${type} ${object.metadata.name}`;
      const change = async () => {
        for (const [i, spec] of made.entries()) {
          const { host: _host, port: _port, ...head } = two(c, "abc"[i]!);
          expect((await c.request("POST", path("v2"), { ...head, ...spec })).status).toBe(201);
        }
        expect(await names("v2", "host=host1")).toEqual(["a", "b"]);
        expect(await names("v2", "host=host1,port=80")).toEqual(["a"]);
        expect(await names("v1", "hostPort=host1:80")).toEqual(["a"]);
        expect(await names("v1", "hostPort=host1:8080")).toEqual(["b"]);
        expect((await c.request("DELETE", selected("v2", "host=host1,port=80"))).status).toBe(200);
        const moved = { ...(await c.request("GET", `${path("v2")}/b`)).body, host: "host2" };
        expect((await c.request("PUT", `${path("v2")}/b`, moved)).status).toBe(200);
        expect(await names("v2", "host=host1")).toEqual([]);
      };
      const watches = [
        { version: "v2", selector: "host=host1", expected: ["ADDED a", "ADDED b", "DELETED a", "DELETED b"] },
        { version: "v2", selector: "host=host1,port=80", expected: ["ADDED a", "DELETED a"] },
        { version: "v1", selector: "hostPort=host1:80", expected: ["ADDED a", "DELETED a"] },
      ];
      const { resourceVersion } = (await c.request("GET", path("v1"))).body.metadata;
      await change();
      for (const { version, selector, expected } of watches) {
        const target = `${selected(version, selector)}&watch=true&resourceVersion=${resourceVersion}`;
        const events = await c.watch(target, ({ length }) => length >= expected.length);
        expect(events.map(seen)).toEqual(expected);
        expect(events[0]!.object.apiVersion).toBe(`${GROUP}/${version}`);
      }
    },
  "a watch and a webhook that is gone": async (c) => {
    const { path } = await define(c, "v1");
    const { metadata } = (await c.request("GET", path("v2"))).body;
    const events = await c.watch(
      `${path("v2")}?watch=true&resourceVersion=${metadata.resourceVersion}`,
      (seen) => seen.length > 0,
      async () => void (await c.request("POST", path("v1"), one(c, "a"))),
    );
    expect(events[0]).toMatchObject({ type: "ADDED", object: { apiVersion: `${GROUP}/v2`, host: "localhost" } });
    await c.request("DELETE", `/apis/apps/v1/namespaces/${c.namespace}/deployments/conversion`);
    const failed = await c.eventually(async () => {
      const reply = await c.request("GET", `${path("v2")}/a`);
      return reply.status === 500 && reply;
    });
    expect(failed.body.message).toBe(
      `conversion webhook for ${GROUP}/v1, Kind=${kindIn(c)} failed: Post "https://conversion.${c.namespace}.svc:8443/crdconvert?timeout=30s": no endpoints available for service "conversion"`,
    );
    expect((await c.request("GET", `${path("v1")}/a`)).status).toBe(200);
  },
});
