/** Every tutorial is applied with kubectl and must reach the states of its checks. */
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { describeEveryKubectl, type KubectlSession } from "./harness.ts";

const TUTORIALS = join(import.meta.dirname, "../../examples/tutorials");
const folders = readdirSync(TUTORIALS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
/** Cluster time in which a tutorial must become idle; the test advances it. */
const MINUTES = [1, 5];

const Report = z.object({
  results: z.array(
    z.object({ name: z.string(), passed: z.boolean(), message: z.string(), error: z.string().optional() }),
  ),
});

describeEveryKubectl("tutorials", declare, { ends: true });

function declare(session: () => KubectlSession): void {
  it.each(folders)("%s reaches its states", async (folder) => {
    const { ok } = session();
    copyFileSync(join(TUTORIALS, folder, "manifests.yaml"), join(session().folder, `${folder}.yaml`));
    const checks: unknown = JSON.parse(readFileSync(join(TUTORIALS, folder, "checks.json"), "utf8"));
    expect(await ok(`apply -f ${folder}.yaml`)).toMatch(/created/);
    let failures = ["not asked yet"];
    for (const minutes of MINUTES) {
      if (failures.length === 0) break;
      await session().platform("advance", { seconds: minutes * 60 });
      failures = await failedChecks(session(), checks);
    }
    expect(failures).toEqual([]);
    await ok(`delete -f ${folder}.yaml --wait=false`);
  });
}

async function failedChecks(session: KubectlSession, checks: unknown): Promise<string[]> {
  const { results } = Report.parse(await session.platform("checks", checks));
  expect(results.length).toBeGreaterThan(0);
  return results.filter(({ passed }) => !passed).map(({ name, message, error }) => `${name}: ${error ?? message}`);
}
