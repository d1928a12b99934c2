import { expect, it } from "vitest";
import { describeEveryKubectl, describeNewestKubectl } from "./harness.ts";

/** kubectl treats the text after `events` as a field, with any server. */
const UNNAMEABLE = ["events.events.k8s.io"];
const AT_ONCE = 4;

describeNewestKubectl("what every resource is made of", (session) => {
  it("explains each resource of discovery with all its fields", async () => {
    const { ok, run } = session();
    const names = (await ok("api-resources --no-headers -o name")).trim().split("\n");
    expect(names.length).toBeGreaterThan(50);
    const waiting = names.filter((name) => !UNNAMEABLE.includes(name));
    const failed: string[] = [];
    const explainSome = async () => {
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        const { exitCode, stdout, stderr } = await run(`explain --recursive ${name}`);
        if (exitCode !== 0 || !/^FIELDS:\n {2}\w+\s+</m.test(stdout)) failed.push(`${name}: ${stderr}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, explainSome));
    expect(failed).toEqual([]);
    expect(await ok("explain events --api-version=events.k8s.io/v1")).toContain("GROUP:      events.k8s.io");
  });
});

describeEveryKubectl("what resources are made of", (session) => {
  it("by both versions of OpenAPI", async () => {
    const { ok } = session();
    const fields = await ok("explain --recursive cronjobs");
    expect(fields).toMatch(/jobTemplate\s+<(JobTemplateSpec|Object)>/);
    expect(await ok("explain selfsubjectaccessreviews.spec")).toContain("resourceAttributes");
    if (!session().isAtLeast("1.32"))
      expect(await ok("explain cronjobs --output=plaintext-openapiv2")).toContain("CronJob");
  });
});
