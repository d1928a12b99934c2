/** Clusters with pods of organizations' images, for tests. */
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { ImageDocument, OwnImage } from "../../src/lib/image-document.ts";
import { sha256Hex } from "../../src/platform/secrets.ts";
import type { Container, PodSpec } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";

export const SHOP = "registry.example.com/team/shop";

export function imageOf(document: Partial<ImageDocument>, rest: Partial<OwnImage> = {}): OwnImage {
  const whole: ImageDocument = { base: "alpine", ...document };
  const digest = `sha256:${sha256Hex(JSON.stringify(whole))}`;
  return { tags: ["1.0"], accessHash: null, digest, document: whole, ...rest };
}

export function register(cluster: TestCluster, ...images: OwnImage[]): void {
  cluster.images = new Map([[SHOP, images]]);
}

export function clusterOf(
  images: OwnImage[],
  container: Partial<Container> = {},
  spec: Partial<PodSpec> = {},
): TestCluster {
  const cluster = clusterWith({ unknownImages: "fail", nodes: [{}] });
  register(cluster, ...images);
  cluster.create(podKind, podWith("p", { image: `${SHOP}:1.0`, ...container }, spec));
  cluster.advance(60_000);
  return cluster;
}

export function logOf(cluster: TestCluster, name = "p"): string {
  const pod = cluster.get(podKind, name)!;
  return cluster.write((tx) =>
    containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false }),
  ).text;
}

/** Output of a command in the container. */
export function exec(cluster: TestCluster, command: readonly string[], name = "p"): string {
  const target = { pod: cluster.get(podKind, name)!, container: "c" };
  const streams = { stdin: false, stdout: true, stderr: true, tty: false };
  const session = cluster.write((tx) => containerAccess.exec(tx, target, { ...streams, command }));
  let output = "";
  for (let round = 0; round < 50; round++) {
    const { stdout, stderr, exitCode } = cluster.write((tx) => containerAccess.exchange(tx, target, session, {}));
    output += stdout + stderr;
    if (exitCode !== undefined) return output;
    cluster.advance(200);
  }
  throw new Error(`the command does not end; it printed ${output}`);
}

export function rows(cluster: TestCluster): string[] {
  return [...cluster.snapshot.entries()].map(({ key }) => key).filter((key) => key.startsWith("sandbar/images/"));
}
