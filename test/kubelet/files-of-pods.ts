/** Looks into the files of a container of a test cluster, and changes them, as a process of it would. */

import { baseEntries } from "../../src/files/base-entries.ts";
import type { Credentials, LayerEntries } from "../../src/files/entry.ts";
import type { FileSystem } from "../../src/files/file-system.ts";
import { createFiles } from "../../src/files/mounted-files.ts";
import { LayerTree } from "../../src/files/tree.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { objectKey } from "../../src/kinds/kind.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { containerNamed, type PodContext } from "../../src/kubelet/context.ts";
import { environmentOf } from "../../src/kubelet/environment.ts";
import { PodVolumes } from "../../src/kubelet/mounts/pod-volumes.ts";
import { KUBELET, type PodState } from "../../src/kubelet/state.ts";
import { cloneJson } from "../../src/lib/json.ts";
import type { TestCluster } from "../support/cluster.ts";

export const ROOT: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER"] };

const IMAGE = baseEntries("d /tmp 1777\nd /usr/share/nginx/html", { "/etc/nginx/nginx.conf": "of the image" });

export interface LookOptions {
  pod?: string;
  namespace?: string;
  container?: string;
  who?: Credentials;
}

/** Runs `look` in the container's files and stores what it changed. Throws the problem if the files cannot be made. */
export function inFiles<R>(
  cluster: TestCluster,
  look: (files: FileSystem, volumes: PodVolumes) => R,
  { pod: name = "p", namespace = "default", container = "c", who = ROOT }: LookOptions = {},
): R {
  return cluster.write((tx) => {
    const key = objectKey(podKind, namespace, name);
    const pod = tx.get(podKind, namespace, name)!;
    const node = tx.get(nodeKind, "", pod.spec.nodeName ?? "")!;
    const state = cloneJson(tx.privateState<PodState>(key, KUBELET)!);
    const context: PodContext = { tx, pod, node, state, nowMs: tx.nowMs };
    const nowMs = () => tx.nowMs;
    const volumes = new PodVolumes(context, nowMs);
    const found = containerNamed(context, container)!;
    const environment = environmentOf({ pod, node, podIps: [], reader: tx, container: found.spec });
    if ("problem" in environment) throw new Error(environment.problem);
    const layer = tx.privateState<LayerEntries>("sandbar/test//layer", `${name}/${container}`);
    const root = new LayerTree(IMAGE, layer);
    const made = volumes.mountsOf(found, {
      root,
      environment: environment.values,
      host: {
        ...{
          hostname: name,
          kernelRelease: "6.12.48-generic",
          kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
          architecture: "x86_64",
          cpus: 4,
        },
        ...{ memoryBytes: 8 * 1024 ** 3, memoryLimitBytes: 64 * 1024 ** 2, cpuLimit: 0.5, bootedAtMs: 0 },
        ...{ podAddresses: [], nodeName: pod.spec.nodeName ?? "" },
      },
      nowMs,
      processes: () => [
        {
          ...{ pid: 1, parentPid: 0, uid: 0, argv: ["/bin/sleep", "9"], startedAtMs: 0, cpuMs: 5 },
          ...{ state: "S", memoryBytes: 8192 },
        },
      ],
    });
    if ("problem" in made) throw new Error(made.problem);
    const result = look(createFiles({ mounts: made.mounts, nowMs }).filesFor(who), volumes);
    volumes.save();
    tx.setPrivateState(key, KUBELET, state);
    tx.setPrivateState("sandbar/test//layer", `${name}/${container}`, root.layer());
    return result;
  });
}

/** Keys of rows that hold files, apart from those of this helper. */
export function fileRows(cluster: TestCluster): string[] {
  return [...cluster.snapshot.entries()]
    .map(({ key }) => key)
    .filter((key) => key.startsWith("sandbar/") && !key.startsWith("sandbar/test/"))
    .sort();
}

/** The whole log of a container. */
export function logOfContainer(cluster: TestCluster, pod = "p", container = "c"): string {
  return cluster.write((tx) => {
    const target = { pod: tx.get(podKind, "default", pod)!, container };
    return containerAccess.readLog(tx, target, { previous: false, timestamps: false }).text;
  });
}
