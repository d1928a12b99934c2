/** docs/grading.md: its examples detect forged statuses, and its limits equal those of the code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as limits from "../../src/lib/limits.ts";
import { MERGE, pod, RUNNING } from "./forgeries.ts";
import { School } from "./grading.ts";

const N = "/api/v1/namespaces/default";

let school: School;

beforeAll(async () => {
  school = await School.open();
});

describe("the examples of the document", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/grading.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith("What a grader may trust")) ?? "";
  const [threeRun, jobDone] = [...section.matchAll(/^```json\n(.*?)^```/gms)].map(([, block = ""]) =>
    JSON.parse(block),
  );

  test("accept running pods, and no pods with a forged status", async () => {
    const forger = await school.cluster();
    const honest = await school.cluster();
    await honest.deployment("web", 3);
    await honest.settle();
    expect(await honest.verdict(threeRun)).toMatchObject({ passed: true });
    for (const n of [1, 2, 3]) {
      const body = pod(`web-${n}`, {}, { nodeSelector: { no: "such" } });
      body.metadata.labels.app = "web";
      await forger.kubernetes(`${N}/pods`, { method: "POST", body });
      const call = { method: "PATCH", body: { status: RUNNING }, headers: MERGE };
      await forger.kubernetes(`${N}/pods/web-${n}/status`, call);
    }
    expect(await forger.verdict({ cel: threeRun.cel.replace(/ && statusWrittenBy.*\)\)$/, "))") })).toMatchObject({
      passed: true,
    });
    const verdict = await forger.verdict(threeRun);
    expect(verdict.error).toBeUndefined();
    expect(verdict.passed).toBe(false);
  });

  test("accept a completed Job, and no Job with a forged status", async () => {
    const student = await school.cluster();
    const job = (command: string[]) => ({
      ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "import" } },
      spec: {
        backoffLimit: 0,
        template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox", command }] } },
      },
    });
    const jobs = "/apis/batch/v1/namespaces/default/jobs";
    await student.kubernetes(jobs, { method: "POST", body: job(["sleep", "10000"]) });
    await student.settle();
    const call = { method: "PATCH", body: { status: { succeeded: 1 } }, headers: MERGE };
    await student.kubernetes(`${jobs}/import/status`, call);
    await student.settle();
    expect(await student.verdict(jobDone)).toMatchObject({ passed: false });
    const gone = { method: "DELETE", body: { propagationPolicy: "Background" } };
    await student.kubernetes(`${jobs}/import`, gone);
    await student.settle();
    await student.kubernetes(jobs, { method: "POST", body: job(["true"]) });
    await student.settle();
    expect(await student.verdict(jobDone)).toMatchObject({ passed: true });
  });

  test("limits equal those of the code", () => {
    const table = text.split(/^## /m).find((part) => part.startsWith("Limits and retention")) ?? "";
    const number = (value: number) => value.toLocaleString("en-US");
    const row = (name: string) => table.split("\n").find((line) => line.startsWith(`| ${name}`)) ?? "";
    expect(row("checks of one request")).toContain(
      `| ${limits.MAX_CHECKS}, with ${limits.MAX_PLATFORM_BODY_BYTES / 1024} kB`,
    );
    expect(row("depth of an `object`")).toContain(`| ${limits.MAX_EXPECTATION_DEPTH} |`);
    for (const value of [limits.MAX_CEL_LENGTH, limits.MAX_CEL_NODES, limits.MAX_CEL_COST]) {
      expect(row("an expression |")).toContain(number(value));
    }
    expect(row("all expressions")).toContain(number(limits.MAX_CHECKS_COST));
    expect(row("an expression of a query")).toContain(number(limits.MAX_QUERY_CLUSTER_COST));
    expect(row("an expression of a query")).toContain(`${limits.MAX_QUERY_VALUE_LENGTH / 1024} kB`);
    expect(row("clusters of one page")).toContain(`| ${limits.MAX_QUERY_CLUSTERS} |`);
    expect(row("`wait`")).toContain(`| ${limits.MAX_WAIT_SECONDS} seconds`);
    expect(row("one `advance`")).toContain(`| ${limits.MAX_ADVANCE_SECONDS / 86_400} days`);
    expect(row("past states")).toContain(number(limits.MAX_RETAINED_REVISIONS));
    expect(row("past states")).toContain(`${limits.MAX_RETAINED_LOG_BYTES / 1024 / 1024} MiB`);
    expect(row("`Idempotency-Key`s")).toContain(` ${limits.MAX_REMEMBERED_ADVANCES} of`);
  });
});
