import { describe, expect, it } from "vitest";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Container, Pod, PodSpec } from "../../src/schema/index.ts";
import { job } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";

const MINUTE = 60_000;
const UNKNOWN = "registry.example.com/team/migrate:v1";

function phaseOf(cluster: TestCluster): string | undefined {
  cluster.advance(MINUTE);
  return cluster.list<Pod>(podKind, "default")[0]?.status.phase;
}

function ofJob(container: Partial<Container>): string | undefined {
  const cluster = clusterWith({ unknownImages: "run" });
  const made = job("j", "");
  const [template] = made.spec.template.spec!.containers;
  made.spec.template.spec!.containers = [{ name: template!.name, ...container } as Container];
  cluster.create(jobKind, made);
  return phaseOf(cluster);
}

function ofNobody(container: Partial<Container>, spec: Partial<PodSpec>): string | undefined {
  return phaseOf(clusterWith({ unknownImages: "run" }, podWith("p", container, spec)));
}

describe("unknown programs", () => {
  it.each<[string, Partial<Container>, string]>([
    ["the image's own", { image: UNKNOWN }, "Succeeded"],
    ["a command", { image: UNKNOWN, command: ["./migrate", "--all"] }, "Succeeded"],
    ["a script", { image: UNKNOWN, command: ["sh", "-c", "migrate && seed"] }, "Failed"],
    ["a server all the same", { image: "nginx" }, "Running"],
    ["a script that waits", { image: UNKNOWN, command: ["sh", "-c", "sleep infinity"] }, "Running"],
  ])("end in a Job: %s", (_, container, phase) => {
    expect(ofJob(container)).toBe(phase);
  });

  it("keep running in a pod without a controller", () => {
    expect(ofNobody({ image: UNKNOWN }, { restartPolicy: "Never" })).toBe("Running");
  });

  it.each<[string, Container, string]>([
    ["done", { name: "init", image: UNKNOWN, args: ["prepare"] } as Container, "Running"],
    [
      "waiting",
      { name: "init", image: "busybox", command: ["sh", "-c", "until nslookup db; do sleep 2; done"] } as Container,
      "Pending",
    ],
  ])("run before the others as init containers: %s", (_, init, phase) => {
    expect(ofNobody({ image: "nginx" }, { initContainers: [init] })).toBe(phase);
  });
});
