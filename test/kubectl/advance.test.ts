import { expect, it } from "vitest";
import { describeEveryKubectl } from "./harness.ts";

const DAY_SECONDS = 24 * 3600;

describeEveryKubectl("time on demand", (session) => {
  it("shows everything a day older after a day, in get and describe", async () => {
    const { ok, platform } = session();
    await ok("create deployment web --image=nginx:1.27");
    await ok("rollout status deployment/web --timeout=50s");
    const createdMs = await created(session());
    const described = await ok("describe deployment web");
    expect(await ok("get deployment web --no-headers")).toMatch(/ \d{1,2}s\n$/);

    expect(await platform("advance", { seconds: DAY_SECONDS })).toMatchObject({ offsetSeconds: DAY_SECONDS });

    for (const what of ["deployment web", "pods", "nodes"])
      expect(await ok(`get ${what} --no-headers`)).toMatch(/ 24h/);
    expect(await created(session())).toBe(createdMs - DAY_SECONDS * 1000);
    expect(await ok("describe deployment web")).not.toContain(/CreationTimestamp:.*/.exec(described)![0]);
    const pod = await ok("describe pod -l app=web");
    expect(pod).toContain(`Start Time:       ${goTime(createdMs - DAY_SECONDS * 1000).slice(0, 14)}`);
  });

  it("continues to work after it", async () => {
    const { ok } = session();
    await ok("scale deployment web --replicas=2");
    await ok("rollout status deployment/web --timeout=50s");
    const ages = (await ok("get pods --no-headers"))
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/\s+/).at(-1)!);
    expect(ages.toSorted()).toEqual(["24h", expect.stringMatching(/^\d{1,2}s$/)].toSorted());
  });

  it("ends a watch with the reason", async () => {
    const { run, platform } = session();
    let sawPods = () => {};
    const listed = new Promise<void>((resolve) => {
      sawPods = resolve;
    });
    const stopWhen = (stdout: string) => {
      if (stdout.includes("web-")) sawPods();
      return false;
    };
    const watch = run("get pods -w", { stopAfterMs: 30_000, stopWhen });
    await listed;
    await platform("advance", { seconds: 3600 });
    const { stdout, stderr } = await watch;
    expect(stdout + stderr).toMatch(/too old resource version|Expired/);
  });
});

async function created({ ok }: { ok(commandLine: string): Promise<string> }): Promise<number> {
  return Date.parse(await ok("get deployment web -o jsonpath={.metadata.creationTimestamp}"));
}

/** `Sun, 22 Nov 2026`, as describe begins a time. */
function goTime(atMs: number): string {
  return new Date(atMs).toUTCString();
}
