/** Random user operations on Jobs, and the invariants of Jobs in an idle cluster. */
import { isPodActive, isPodFinished } from "../../src/controllers/lib/pods.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Job } from "../../src/schema/index.ts";
import { job } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";
import { type Operation, pick } from "./chaos.ts";

const SCRIPTS = ["exit 0", "sleep 5", "sleep 40", "sleep 3; exit 1", "exit 3"];
const TRACKING = "batch.kubernetes.io/job-tracking";

export const jobOperations: readonly Operation[] = [
  (world, random) => {
    const completions = 1 + random.below(4);
    const made = job(`job-${random.below(3)}`, pick(random, SCRIPTS) ?? "", {
      completions,
      parallelism: 1 + random.below(3),
      backoffLimit: random.below(3),
      ...(random.below(2) === 0 && { completionMode: "Indexed" }),
      ...(random.below(4) === 0 && { activeDeadlineSeconds: 60 }),
      ...(random.below(4) === 0 && { podReplacementPolicy: "Failed" }),
      ...(random.below(4) === 0 && { ttlSecondsAfterFinished: 100 }),
    });
    return `create Job ${world.create(jobKind, made).metadata.name}`;
  },
  (world, random) => {
    const found = pick(random, world.list(jobKind, "default"));
    if (!found) return "no Job to change";
    world.update(jobKind, found, ({ spec }) => {
      if (random.below(2) === 0) spec.parallelism = random.below(4);
      else spec.suspend = !spec.suspend;
    });
    return `change Job ${found.metadata.name}`;
  },
  (world, random) => {
    const found = pick(random, world.list(jobKind, "default"));
    if (!found || random.below(2) === 0) return "the Jobs stay";
    const propagation = pick(random, ["Background", "Foreground", "Orphan"] as const);
    world.delete(jobKind, found, { propagation });
    return `delete Job ${found.metadata.name} ${propagation}`;
  },
];

export function jobProblems(world: TestCluster): string[] {
  return world.list(jobKind, "default").flatMap((found) => problemsOf(world, found));
}

function problemsOf(world: TestCluster, { metadata, spec, status }: Job): string[] {
  const mine = world
    .list(podKind, "default")
    .filter(({ metadata: { ownerReferences } }) => ownerReferences?.some(({ uid }) => uid === metadata.uid));
  const active = mine.filter(isPodActive).length;
  const problems: string[] = [];
  if ((status.active ?? 0) !== active) problems.push(`Job ${metadata.name} tells ${status.active} of ${active} active`);
  const isTrue = (type: string) => status.conditions?.some((each) => each.type === type && each.status === "True");
  const completions = spec.completions ?? 1;
  if ((status.succeeded ?? 0) > completions) {
    problems.push(`Job ${metadata.name} counts ${status.succeeded} successes of ${completions}`);
  }
  if (isTrue("Complete") && status.succeeded !== completions) {
    problems.push(`Job ${metadata.name} is complete with ${status.succeeded} of ${completions}`);
  }
  if (isTrue("Complete") && isTrue("Failed")) problems.push(`Job ${metadata.name} is complete and has failed`);
  const isOver = isTrue("Complete") || isTrue("Failed");
  if (isOver && active > 0) problems.push(`Job ${metadata.name} is over, and ${active} pods run`);
  const held = mine.filter((pod) => isPodFinished(pod) && pod.metadata.finalizers?.includes(TRACKING)).length;
  if (held > 0) problems.push(`Job ${metadata.name} has not counted ${held} pods that ended`);
  if (!isOver && spec.suspend && active > 0) problems.push(`Job ${metadata.name} is suspended, and ${active} pods run`);
  if (mine.length > completions + 2 * (spec.backoffLimit ?? 6) + 20) {
    problems.push(`Job ${metadata.name} has ${mine.length} pods`);
  }
  return problems;
}
