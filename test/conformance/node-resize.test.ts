/**
 * Tests of sig-node about the resources of containers that change in place. They read the control groups.
 * Kubernetes: test/e2e/common/node/pod_resize.go, test/e2e/common/node/framework/podresize, .../cgroups
 */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { busybox, pod } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MEBIBYTE = 1024 * 1024;

/** `20m/30m 35Mi/45Mi`: request and limit of CPU and of memory; `-` stands for none. */
function resources(text: string): Json {
  const [cpu = "-", memory = "-"] = text.split(" ");
  const [cpuRequest = "-", cpuLimit = "-"] = cpu.split("/");
  const [memoryRequest = "-", memoryLimit = "-"] = memory.split("/");
  const list = (cpuAmount: string, memoryAmount: string) => ({
    ...(cpuAmount !== "-" && { cpu: cpuAmount }),
    ...(memoryAmount !== "-" && { memory: memoryAmount }),
  });
  const [requests, limits] = [list(cpuRequest, memoryRequest), list(cpuLimit, memoryLimit)];
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(requests).length > 0 && { requests }),
  };
}

function resizable(all: readonly string[]): Json {
  const line = "grep Cpus_allowed_list /proc/self/status | cut -f2 && sleep 1d";
  const containers = all.map((text, i) => ({ ...busybox(line), name: `c${i + 1}`, resources: resources(text) }));
  return pod("testpod", containers, {
    os: { name: "linux" },
    restartPolicy: "OnFailure",
    terminationGracePeriodSeconds: 0,
  });
}

async function expectResized(cluster: ConformanceCluster, target: Json, wanted: readonly string[]) {
  const seen = await cluster.eventually(async () => {
    const now = await cluster.get(target);
    const shown = now.status.containerStatuses.map((status: Json) => JSON.stringify(status.resources));
    const isShown = wanted.every((text, i) => shown[i] === JSON.stringify(resources(text)));
    const isPending = now.status.conditions.some(({ type }: Json) => /^PodResize/.test(type));
    return isShown && !isPending && now;
  });
  expect(seen.status.containerStatuses.map(({ restartCount }: Json) => restartCount)).toEqual(wanted.map(() => 0));
  for (const [i, text] of wanted.entries()) {
    const { requests = {}, limits = {} } = resources(text);
    const read = (file: string) => cluster.shell("testpod", `c${i + 1}`, `cat /sys/fs/cgroup/${file}`);
    const memory = limits.memory ? String(Number.parseInt(limits.memory, 10) * MEBIBYTE) : "max";
    const quota = limits.cpu ? String(Math.max(Number.parseInt(limits.cpu, 10) * 100, 1000)) : "max";
    expect([await read("memory.max"), await read("cpu.max")]).toEqual([memory, `${quota} 100000`]);
    expect(await read("cpu.weight")).toBe(WEIGHTS[requests.cpu ?? ""]);
  }
}

/** The weights that runc 1.3.2 and later compute from shares. */
const WEIGHTS: Readonly<Record<string, string>> = {
  "": "1",
  "1m": "1",
  "2m": "1",
  "15m": "5",
  "17m": "5",
  "19m": "5",
  "20m": "6",
  "22m": "6",
  "24m": "6",
  "25m": "6",
  "27m": "7",
  "29m": "7",
};

/** Resizes and takes it back. */
async function resized(
  cluster: ConformanceCluster,
  before: readonly string[],
  after: readonly string[],
  canGoBack = true,
) {
  const target = resizable(before);
  await cluster.createSync(target);
  await expectResized(cluster, target, before);
  const patchOf = (all: readonly string[]) => ({
    spec: { containers: all.map((text, i) => ({ name: `c${i + 1}`, resources: resources(text) })) },
  });
  await cluster.patch(target, patchOf(after), { subresource: "resize" });
  await expectResized(cluster, target, after);
  if (!canGoBack) return;
  await cluster.patch(target, patchOf(before), { subresource: "resize" });
  await expectResized(cluster, target, before);
}

function guaranteed(cpu: number, memory: number): string {
  return `${cpu}m/${cpu}m ${memory}Mi/${memory}Mi`;
}

const THREE = [guaranteed(20, 35), guaranteed(22, 37), guaranteed(24, 39)];
const PREFIX = "Pod InPlace Resize Container";

const all: Stories = {
  [`${PREFIX} guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, c2, decrease cpu & mem on c3 - net increase`]:
    (c) => resized(c, THREE, [guaranteed(25, 40), guaranteed(27, 42), guaranteed(19, 34)]),
  [`${PREFIX} guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, decrease cpu & mem on c2, c3 - net decrease`]:
    (c) => resized(c, THREE, [guaranteed(25, 40), guaranteed(17, 32), guaranteed(19, 34)]),
  [`${PREFIX} guaranteed pods with multiple containers 3 containers - increase: CPU (c1,c3), memory (c2, c3) ; decrease: CPU (c2)`]:
    (c) => resized(c, THREE, [guaranteed(25, 35), guaranteed(17, 42), guaranteed(29, 44)]),
  [`${PREFIX} burstable pods - extended 6 containers - various operations performed (including adding limits and requests)`]:
    (c) =>
      resized(
        c,
        ["20m/-", "- 35Mi/-", "20m/- 35Mi/-", "20m/-", "- 35Mi/-"],
        ["25m/35m", "- 30Mi/50Mi", "20m/- 30Mi/-", "15m/- 35Mi/-", "20m/- 40Mi/-"],
        false,
      ),
  [`${PREFIX} burstable pods - extended resize with equivalents`]: (c) => resized(c, ["2m/10m"], ["1m/5m"]),
  [`${PREFIX} resize pod via the replace endpoint`]: async (cluster) => {
    const target = resizable(["20m/30m 35Mi/45Mi"]);
    await cluster.createSync(target);
    await cluster.update(
      target,
      (draft) => (draft.spec.containers[0].resources = resources("25m/35m 40Mi/50Mi")),
      "resize",
    );
    await expectResized(cluster, target, ["25m/35m 40Mi/50Mi"]);
  },
};

stories("[sig-node]", all);
