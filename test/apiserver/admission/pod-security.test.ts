import { describe, expect, it } from "vitest";
import { Server } from "../server.ts";

const LABEL = "pod-security.kubernetes.io/";

function namespaceWith(labels: Record<string, string>): Server {
  const server = new Server();
  server.post("/api/v1/namespaces", {
    metadata: { name: "shop", labels: Object.fromEntries(Object.entries(labels).map(([k, v]) => [LABEL + k, v])) },
  });
  server.post("/api/v1/namespaces/shop/serviceaccounts", { metadata: { name: "default" } });
  return server;
}

const PODS = "/api/v1/namespaces/shop/pods";
const plain: object = { containers: [{ name: "web", image: "nginx" }] };
const restricted: object = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "web",
      image: "nginx",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};
const pod = (name: string, spec: object, annotations?: Record<string, string>) => ({
  metadata: { name, ...(annotations && { annotations }) },
  spec,
});

describe("a namespace that enforces restricted", () => {
  it("refuses an ordinary pod and lists the missing settings", () => {
    const server = namespaceWith({ enforce: "restricted" });
    expect(server.post(PODS, pod("web", plain)).body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message:
        'pods "web" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false ' +
        '(container "web" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities ' +
        '(container "web" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container ' +
        '"web" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "web" must set ' +
        'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
      reason: "Forbidden",
      details: { name: "web", kind: "pods" },
      code: 403,
    });
    expect(server.post(PODS, pod("web", restricted)).status).toBe(201);
  });

  it("admits templates with a warning", () => {
    const server = namespaceWith({ enforce: "restricted" });
    const template = { metadata: { labels: { app: "web" } }, spec: plain };
    const answer = server.post("/apis/apps/v1/namespaces/shop/deployments", {
      metadata: { name: "web" },
      spec: { selector: { matchLabels: { app: "web" } }, template },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers["warning"]).toContain(
      '299 - "would violate PodSecurity \\"restricted:latest\\": allowPrivilegeEscalation != false (container \\"web\\" must',
    );
    const cronJob = server.post("/apis/batch/v1/namespaces/shop/cronjobs", {
      metadata: { name: "web" },
      spec: {
        schedule: "* * * * *",
        jobTemplate: { spec: { template: { spec: { ...restricted, restartPolicy: "Never", hostNetwork: true } } } },
      },
    });
    expect(cronJob.headers["warning"]).toBe(
      '299 - "would violate PodSecurity \\"restricted:latest\\": host namespaces (hostNetwork=true)"',
    );
  });

  it("checks the changes of an update, not the fields that were already stored", () => {
    const server = namespaceWith({});
    server.post(PODS, pod("web", plain));
    server.patch("/api/v1/namespaces/shop", { metadata: { labels: { [`${LABEL}enforce`]: "restricted" } } });
    expect(server.patch(`${PODS}/web`, { metadata: { labels: { a: "b" } } }).status).toBe(200);
    const image = { spec: { containers: [{ name: "web", image: "nginx:2" }] } };
    expect(server.patch(`${PODS}/web`, image, "application/strategic-merge-patch+json").body).toMatchObject({
      code: 403,
      message: expect.stringContaining('pods "web" is forbidden: violates PodSecurity "restricted:latest"'),
    });
    const debug = { spec: { ephemeralContainers: [{ name: "debug", image: "busybox" }] } };
    expect(
      server.patch(`${PODS}/web/ephemeralcontainers`, debug, "application/strategic-merge-patch+json").body,
    ).toMatchObject({ code: 403, message: expect.stringContaining('containers "web", "debug" must set') });
  });
});

describe("checks of the baseline", () => {
  const container = (more: object) => ({ containers: [{ name: "web", image: "nginx", ...more }] });
  const context = (securityContext: object) => container({ securityContext });
  it.each<[string, object, string]>([
    ["hostNetwork", { ...plain, hostPID: true, hostIPC: true }, "host namespaces (hostPID=true, hostIPC=true)"],
    [
      "privileged",
      context({ privileged: true }),
      'privileged (container "web" must not set securityContext.privileged=true)',
    ],
    [
      "capabilities",
      context({ capabilities: { add: ["NET_RAW", "CHOWN", "BPF"] } }),
      'non-default capabilities (container "web" must not include "BPF", "NET_RAW" in securityContext.capabilities.add)',
    ],
    ["hostPath", { ...plain, volumes: [{ name: "a", hostPath: { path: "/" } }] }, 'hostPath volumes (volume "a")'],
    [
      "hostPort",
      container({ ports: [{ containerPort: 80, hostPort: 80 }] }),
      'hostPort (container "web" uses hostPort 80)',
    ],
    [
      "AppArmor",
      context({ appArmorProfile: { type: "Unconfined" } }),
      'forbidden AppArmor profile (container "web" must not set AppArmor profile type to "Unconfined")',
    ],
    [
      "SELinux",
      { ...plain, securityContext: { seLinuxOptions: { type: "spc_t", user: "root" } } },
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
    ],
    [
      "seccomp",
      { ...plain, securityContext: { seccompProfile: { type: "Unconfined" } } },
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      "sysctls",
      { ...plain, securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
      "forbidden sysctls (kernel.msgmax)",
    ],
    [
      "probes",
      container({ livenessProbe: { httpGet: { path: "/", port: 80, host: "10.0.0.1" } } }),
      'probe or lifecycle host (container "web" uses probe or lifecycle host "10.0.0.1")',
    ],
  ])("%s", (_, spec, what) => {
    const server = namespaceWith({ enforce: "baseline" });
    expect(server.post(PODS, pod("web", spec)).body.message).toBe(
      `pods "web" is forbidden: violates PodSecurity "baseline:latest": ${what}`,
    );
    expect(server.post(PODS, pod("plain", plain)).status).toBe(201);
  });
});

describe("the restricted level", () => {
  it("replaces the baseline checks that it contains", () => {
    const server = namespaceWith({ enforce: "restricted" });
    const volumes = [{ name: "a", hostPath: { path: "/" } }];
    expect(server.post(PODS, pod("web", { ...restricted, volumes })).body.message).toBe(
      'pods "web" is forbidden: violates PodSecurity "restricted:latest": restricted volume types ' +
        '(volume "a" uses restricted volume type "hostPath")',
    );
  });

  it("has the checks of the version that the namespace names", () => {
    const server = namespaceWith({ enforce: "restricted", "enforce-version": "v1.8" });
    expect(server.post(PODS, pod("web", plain)).body.message).toBe(
      'pods "web" is forbidden: violates PodSecurity "restricted:v1.8": allowPrivilegeEscalation != false (container ' +
        '"web" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "web" ' +
        "must set securityContext.runAsNonRoot=true)",
    );
  });

  it("only warns when it is the warn level", () => {
    const server = namespaceWith({ enforce: "baseline", warn: "restricted", "warn-version": "v1.20" });
    const answer = server.post(PODS, pod("web", plain));
    expect(answer.status).toBe(201);
    expect(answer.headers["warning"]).toContain('would violate PodSecurity \\"restricted:v1.20\\": ');
    expect(server.post(PODS, pod("good", restricted)).headers["warning"]).toBeUndefined();
  });
});

describe("a namespace's labels", () => {
  it("are refused when their values are unknown", () => {
    const server = new Server();
    const labels = { [`${LABEL}enforce`]: "strict", [`${LABEL}warn-version`]: "1.30" };
    expect(server.post("/api/v1/namespaces", { metadata: { name: "shop", labels } }).body).toMatchObject({
      code: 422,
      message:
        'Namespace "shop" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must ' +
        "be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid " +
        'value: "1.30": must be "latest" or "v1.x"]',
      details: { kind: "Namespace", name: "shop" },
    });
  });

  it("name the pods that a stricter level would not admit", () => {
    const server = namespaceWith({});
    for (const name of ["b", "a", "c"]) server.post(PODS, pod(name, plain));
    server.post(PODS, pod("good", restricted));
    server.post(PODS, pod("root", { ...plain, hostPID: true }));
    const answer = server.patch("/api/v1/namespaces/shop", {
      metadata: { labels: { [`${LABEL}enforce`]: "restricted" } },
    });
    expect(answer.status).toBe(200);
    const lacks = "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile";
    expect(answer.headers["warning"]).toBe(
      [
        'existing pods in namespace "shop" violate the new PodSecurity enforce level "restricted:latest"',
        `a (and 2 other pods): ${lacks}`,
        `root: host namespaces, ${lacks}`,
      ]
        .map((text) => `299 - ${JSON.stringify(text)}`)
        .join(", "),
    );
    const relaxed = server.patch("/api/v1/namespaces/shop", {
      metadata: { labels: { [`${LABEL}enforce`]: "baseline" } },
    });
    expect(relaxed.headers["warning"]).toBeUndefined();
  });
});
