/** Pages of Kubernetes' documentation, followed with the newest kubectl, each in a namespace of its own. */
import { expect, it } from "vitest";
import { describeNewestKubectl, type KubectlSession } from "./harness.ts";
import { autoscaling } from "./pages/autoscaling.ts";
import { brokers } from "./pages/brokers.ts";
import { clusters } from "./pages/clusters.ts";
import { configuration } from "./pages/configuration.ts";
import { databases } from "./pages/databases.ts";
import { edge } from "./pages/edge.ts";
import { jobs } from "./pages/jobs.ts";
import { lifecycle } from "./pages/lifecycle.ts";
import type { Expected, Page, Step } from "./pages/page.ts";
import { storage } from "./pages/storage.ts";

const PAGES: readonly Page[] = [
  ...lifecycle,
  ...configuration,
  ...jobs,
  ...storage,
  ...clusters,
  ...brokers,
  ...databases,
  ...edge,
  ...autoscaling,
];
/** Cluster time between two tries of a step that waits, s, and the number of tries. */
const PAUSES_SECONDS = [0, 1, 2, 5, 10, 20, 30, 60, 60, 60];
const PAGE_TIMEOUT_MS = 240_000;

describeNewestKubectl("pages of the documentation", (session) => {
  it.each(PAGES.map((page, i) => [page.title, page, i] as const))(
    "%s",
    async (_, page, i) => {
      const namespace = `page-${i}`;
      await session().ok(`create namespace ${namespace}`);
      await session().ok(`config set-context --current --namespace=${namespace}`);
      for (const step of page.steps) await follow(session(), step, i);
      await session().ok(`delete namespace ${namespace} --wait=false`);
    },
    PAGE_TIMEOUT_MS,
  );
});

async function follow(session: KubectlSession, step: Step, page: number): Promise<void> {
  if ("apply" in step) {
    await session.write(`page-${page}.yaml`, step.apply);
    await session.ok(`apply -f page-${page}.yaml`);
  } else if ("advanceSeconds" in step) {
    await session.platform("advance", { seconds: step.advanceSeconds });
  } else if ("request" in step) {
    const answer = await session.platform("http", inNamespace(step.request, `page-${page}`));
    const { status, error, body } = answer as { status: number | null; error: unknown; body: string };
    expect(`${status ?? JSON.stringify(error)}\n${body}`).toMatch(step.shows);
  } else if ("run" in step) {
    await expectOutput(session, step.run, step, step.stdin);
  } else {
    await waitFor(session, step);
  }
}

/** Targets without a namespace are in that of the page. */
function inNamespace(request: object, namespace: string): object {
  const targets = Object.entries(request).map(([name, value]) => {
    const isTarget = ["service", "ingress", "gateway"].includes(name);
    return [name, isTarget ? { namespace, ...value } : value];
  });
  return Object.fromEntries(targets) as object;
}

async function waitFor(session: KubectlSession, step: Extract<Step, { until: string }>): Promise<void> {
  for (const seconds of PAUSES_SECONDS) {
    if (seconds > 0) await session.platform("advance", { seconds });
    const { stdout, exitCode } = await session.run(step.until);
    if (exitCode === (step.exitCode ?? 0) && agrees(stdout, step.prints)) return;
  }
  await expectOutput(session, step.until, step);
}

function agrees(stdout: string, prints: Expected["prints"]): boolean {
  if (prints === undefined) return true;
  return typeof prints === "string" ? stdout.replace(/\n$/, "") === prints : prints.test(stdout);
}

async function expectOutput(session: KubectlSession, command: string, expected: Expected, stdin?: string) {
  const { stdout, stderr, exitCode } = await session.run(command, stdin === undefined ? {} : { stdin });
  const shown = `kubectl ${command}\n${stdout}${stderr}`;
  if (typeof expected.prints === "string") expect(stdout.replace(/\n$/, ""), shown).toBe(expected.prints);
  else if (expected.prints) expect(stdout, shown).toMatch(expected.prints);
  if (expected.complains) expect(stderr, shown).toMatch(expected.complains);
  expect(exitCode, shown).toBe(expected.exitCode ?? 0);
}
