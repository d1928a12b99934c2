/** The runtime's errors for mounts that cannot be made. */
import { describe, expect, it } from "vitest";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Container, Volume, VolumeMount } from "../../src/schema/index.ts";
import { configMap } from "../support/builders.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

describe("a mount that cannot be made", () => {
  it("of a folder onto a file fails the start", () => {
    const { message, uid } = startError({ name: "v", mountPath: "/etc/nginx/nginx.conf" });
    const source = `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~configmap/v`;
    expect(message).toContain(
      `error mounting "${source}" to rootfs at "/etc/nginx/nginx.conf": mount src=${source}, ` +
        "dst=/etc/nginx/nginx.conf, dstFd=/proc/thread-self/fd/8, flags=MS_BIND|MS_REC: not a directory",
    );
  });

  it("of a key that does not exist onto a file names the folder of subPaths", () => {
    const { message, uid } = startError({ name: "v", mountPath: "/etc/nginx/nginx.conf", subPath: "nope" });
    expect(message).toContain(`error mounting "/var/lib/kubelet/pods/${uid}/volume-subpaths/v/c/0" to rootfs`);
  });

  it("below a read-only volume fails the start", () => {
    const mounts = [
      { name: "w", mountPath: "/cfg", readOnly: true },
      { name: "v", mountPath: "/cfg/below" },
    ];
    const { message } = startError(...mounts);
    expect(message).toContain('create mountpoint for /cfg/below mount: make mountpoint "/cfg/below": read-only file');
  });

  it("of a file below a ConfigMap fails, because the kubelet has made a folder there", () => {
    const { message } = startError({ name: "v", mountPath: "/cfg" }, { name: "v", mountPath: "/cfg/b", subPath: "a" });
    expect(message).toContain("not a directory");
  });
});

it("mounts a volume below a ConfigMap", () => {
  const mounts = [
    { name: "v", mountPath: "/cfg" },
    { name: "w", mountPath: "/cfg/below" },
  ];
  const cluster = clusterOf(mounts, { command: ["sh", "-c", "touch /cfg/below/x && ls /cfg"] });
  expect(containerOf(cluster).state.terminated).toMatchObject({ exitCode: 0 });
});

function clusterOf(volumeMounts: VolumeMount[], container: Partial<Container> = {}) {
  const volumes: Volume[] = [
    { name: "v", configMap: { name: "config" } },
    { name: "w", emptyDir: {} },
  ];
  const cluster = clusterWith({});
  cluster.create(configMapKind, configMap("config", { data: { a: "1" } }));
  cluster.create(
    podKind,
    podWith("p", { image: "nginx", volumeMounts, ...container }, { volumes, restartPolicy: "Never" }),
  );
  cluster.advance(30_000);
  return cluster;
}

function startError(...volumeMounts: VolumeMount[]): { message: string; uid: string } {
  const cluster = clusterOf(volumeMounts);
  const { state } = containerOf(cluster);
  expect(state.terminated).toMatchObject({ exitCode: 128, reason: "StartError" });
  return { message: state.terminated?.message ?? "", uid: cluster.get(podKind, "p")!.metadata.uid ?? "" };
}
