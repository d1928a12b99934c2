import { describe, expect, it } from "vitest";
import { podTemplateHash } from "../../src/controllers/lib/pod-template-hash.ts";
import type { Container, PodSpec, PodTemplateSpec } from "../../src/schema/index.ts";

/** The template as the API server stores it, with defaults. */
function template(app: string, container: Partial<Container>, annotations?: Record<string, string>): PodTemplateSpec {
  const spec = {
    containers: [
      {
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        imagePullPolicy: "IfNotPresent",
        ...container,
      },
    ],
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  } as PodSpec;
  return { metadata: { labels: { app }, ...(annotations && { annotations }) }, spec };
}

const web = (image: string, annotations?: Record<string, string>) =>
  template(
    "web",
    {
      name: "nginx",
      image,
      ports: [{ containerPort: 80, protocol: "TCP" }],
      resources: { limits: { memory: "128Mi" }, requests: { cpu: "50m", memory: "64Mi" } },
      livenessProbe: {
        httpGet: { path: "/", port: 80, scheme: "HTTP" },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
    },
    annotations,
  );

describe("the hash of a pod template", () => {
  // The hashes in the ReplicaSet names of a v1.36 control plane for these templates.
  it.each([
    ["76b46755f4", template("d", { name: "c", image: "nginx:1" })],
    ["7fb4c554f7", template("d", { name: "c", image: "nginx:2" })],
    ["6d5d97fc84", template("d", { name: "c", image: "nginx:3" })],
    ["86b7c599cd", template("d", { name: "c", image: "registry.example.com/no-such-image:1" })],
    ["7d8c7848cd", web("nginx:1.25")],
    ["66c4f848c7", web("nginx:1.26")],
    ["5d47946c9b", web("nginx:1.27")],
    ["7f59b744f7", web("nginx:1.25", { "kubectl.kubernetes.io/restartedAt": "2026-11-22T11:32:45Z" })],
  ])("is %s, as in Kubernetes", (hash, given) => {
    expect(podTemplateHash(given)).toBe(hash);
  });

  it("does not depend on the order of fields", () => {
    const given = web("nginx:1.25");
    const turned = Object.fromEntries(Object.entries(given).reverse()) as PodTemplateSpec;
    expect(podTemplateHash(turned)).toBe(podTemplateHash(given));
  });

  it("differs for each collision count", () => {
    const given = web("nginx:1.25");
    expect(new Set([podTemplateHash(given), podTemplateHash(given, 1), podTemplateHash(given, 2)]).size).toBe(3);
  });
});
