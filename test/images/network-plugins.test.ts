/** The pods of network plugins, in the form of their manifests. */
import { expect, it } from "vitest";
import type { Container, Volume } from "../../src/schema/index.ts";
import { clusterWith, containerOf, podWith } from "../kubelet/clusters.ts";

const volumes: Volume[] = [
  { name: "bin", hostPath: { path: "/opt/cni/bin" } },
  { name: "net", hostPath: { path: "/etc/cni/net.d" } },
  { name: "bpf", hostPath: { path: "/sys/fs/bpf", type: "Directory" } },
];
const mounts = (root: string) => [
  { name: "bin", mountPath: `${root}/opt/cni/bin` },
  { name: "net", mountPath: `${root}/etc/cni/net.d` },
];

/** The container of a pod with an init container, after a minute. */
function afterInit(init: Partial<Container>, container: Partial<Container>) {
  const initContainers = [{ name: "install", volumeMounts: mounts("/host"), ...init } as Container];
  const cluster = clusterWith({}, podWith("p", container, { volumes, initContainers, hostNetwork: true }));
  cluster.advance(60_000);
  return containerOf(cluster);
}

it("Calico installs its files on the node, and its node becomes ready by the checks of its manifest", () => {
  const check = { exec: { command: ["/bin/calico-node", "-felix-ready", "-bird-ready"] }, periodSeconds: 5 };
  const env = [{ name: "CNI_NETWORK_CONFIG", value: '{"name": "k8s-pod-network"}' }];
  const node = afterInit(
    { image: "docker.io/calico/cni:v3.30.0", command: ["/opt/cni/bin/install"], env },
    {
      image: "docker.io/calico/node:v3.30.0",
      readinessProbe: check,
      securityContext: { privileged: true },
      volumeMounts: [{ name: "bpf", mountPath: "/sys/fs/bpf" }],
    },
  );
  expect(node).toMatchObject({ ready: true, restartCount: 0 });
});

it("Flannel's plugin is copied to the node, and its daemon runs", () => {
  const copy = { image: "docker.io/flannel/flannel-cni-plugin:v1.2.0", command: ["cp"] };
  const daemon = afterInit(
    { ...copy, args: ["-f", "/flannel", "/host/opt/cni/bin/flannel"] },
    { image: "docker.io/flannel/flannel:v0.23.0", command: ["/opt/bin/flanneld"], args: ["--ip-masq"] },
  );
  expect(daemon).toMatchObject({ ready: true, restartCount: 0 });
});
