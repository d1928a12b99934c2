/** The runtime's errors for mounts that cannot be made. */
import { describe, expect, it } from "vitest";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Volume, VolumeMount } from "../../src/schema/index.ts";
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
    const { message } = startError({ name: "v", mountPath: "/cfg" }, { name: "w", mountPath: "/cfg/below" });
    expect(message).toContain('create mountpoint for /cfg/below mount: make mountpoint "/cfg/below": read-only file');
  });
});

function startError(...volumeMounts: VolumeMount[]): { message: string; uid: string } {
  const volumes: Volume[] = [
    { name: "v", configMap: { name: "config" } },
    { name: "w", emptyDir: {} },
  ];
  const cluster = clusterWith({});
  cluster.create(configMapKind, configMap("config", { data: { a: "1" } }));
  cluster.create(podKind, podWith("p", { image: "nginx", volumeMounts }, { volumes, restartPolicy: "Never" }));
  cluster.advance(30_000);
  const { state } = containerOf(cluster);
  expect(state.terminated).toMatchObject({ exitCode: 128, reason: "StartError" });
  return { message: state.terminated?.message ?? "", uid: cluster.get(podKind, "p")!.metadata.uid ?? "" };
}
