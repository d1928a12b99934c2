/** The lesson examples/monitoring: the commands come from its README, the expected outputs are here. */
import { expect, it } from "vitest";
import { describeNewestKubectl } from "./harness.ts";
import { studentsOf } from "./lesson-student.ts";

const studentOf = studentsOf("monitoring");
const STEPS_TIMEOUT_MS = 240_000;

const withWords = (printed: Record<string, string>, ...words: string[]) =>
  Object.entries(printed).find(([command]) => words.every((word) => command.includes(word)))?.[1];
/** The first value of a query. */
const figureOf = (output: string | undefined) => Number(/=> (\S+) @/.exec(output ?? "")?.[1]);

describeNewestKubectl("the lesson about monitoring", (session) => {
  const follow: ReturnType<typeof studentOf>["follow"] = (...args) => studentOf(session()).follow(...args);
  const advance = (seconds: number) => session().platform("advance", { seconds });

  it(
    "1. shows what is used",
    async () => {
      const printed = await follow(1, async (command) => {
        // A student waits until everything was measured twice.
        if (command.includes("top nodes")) await advance(45);
      });
      expect(withWords(printed, "top nodes")).toMatch(/^node-1 +\d+m +\d+% +\d+Mi +\d+%/m);
      expect(withWords(printed, "top pods")).toMatch(/^default +shop-\S+ +1m +\d+Mi/m);
      expect(JSON.parse(withWords(printed, "resources.requests") ?? "")).toEqual({ cpu: "20m", memory: "32Mi" });
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "2. scales out under load and in afterwards",
    async () => {
      const printed = await follow(2, async (command) => {
        if (command.includes("desiredReplicas")) await advance(90);
        if (command.includes("top pods")) await advance(45);
        if (command.includes("spec.replicas")) await advance(240);
      });
      expect(withWords(printed, "top pods")?.match(/^shop-\S+ +(1|2)\dm +\d+Mi/gm)).toHaveLength(3);
      expect(withWords(printed, "describe hpa")).toMatch(
        /New size: 3; reason: cpu resource utilization \(percentage of request\) above target/,
      );
      expect(withWords(printed, "get events")).toContain("New size: 1; reason: All metrics below target");
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "3. asks Prometheus",
    async () => {
      const printed = await follow(3, async (command) => {
        if (command.includes("count by (job)") || command.includes("by (code)")) await advance(30);
        if (command.includes("job/visitors")) await advance(100);
      });
      expect(withWords(printed, "check config")).toContain("SUCCESS: 2 rules found");
      expect(
        withWords(printed, "count by (job)")
          ?.replace(/ @\[.*\]/g, "")
          .trim()
          .split("\n")
          .sort(),
      ).toEqual([
        '{job="containers"} => 3',
        '{job="kube-state-metrics"} => 1',
        '{job="pods"} => 2',
        '{job="prometheus"} => 1',
      ]);
      expect(withWords(printed, "'sum by (code)")).toMatch(/\{code="200"\} => 60 .*\n\{code="404"\} => 15 /);
      expect(figureOf(withWords(printed, 'sum(http_requests_total{code="404"})'))).toBeCloseTo(0.2, 5);
      expect(figureOf(withWords(printed, "max_over_time"))).toBeCloseTo(1, 1);
      expect(withWords(printed, "kube_pod_status_phase")).toMatch(/\{phase="Running"\} => 3 /);
      expect(figureOf(withWords(printed, "desired_replicas"))).toBe(1);
      expect(withWords(printed, "topk")).toMatch(/^\{pod="kube-apiserver-node-1"\}/);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "4. is alerted",
    async () => {
      let asked = 0;
      const printed = await follow(4, async (command) => {
        if (command.includes("absent")) await advance(30);
        if (command.includes("'ALERTS'")) await advance(++asked * 90);
        if (command.includes("count(ALERTS)")) await advance(60);
      });
      expect(withWords(printed, "'absent")).toMatch(/^\{app="web"\} => 1 /);
      expect(withWords(printed, "'ALERTS'")).toMatch(
        /^ALERTS\{alertname="WebIsDown", alertstate="firing", app="web", severity="page"\} => 1 /,
      );
      const [alert] = JSON.parse(withWords(printed, "/alerts") ?? "").data.alerts;
      expect(alert).toMatchObject({
        state: "firing",
        annotations: { summary: "No pod of web can be scraped." },
        labels: { severity: "page" },
      });
      expect(figureOf(withWords(printed, "count(ALERTS)"))).toBe(0);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "5. builds a dashboard of kubectl",
    async () => {
      const printed = await follow(5);
      expect(withWords(printed, "RESTARTS")).toMatch(/^prometheus-\S+ +node-\d +Running +0$/m);
      expect(withWords(printed, "WANTED")).toMatch(/^web +2 +2$/m);
      expect(withWords(printed, "jsonpath")).toMatch(/^node-1 4 8Gi$/m);
      expect(withWords(printed, "SuccessfulRescale")).toMatch(/^shop +New size: 3; .*^shop +New size: 1; /ms);
      expect(JSON.parse(withWords(printed, "--raw") ?? "").items.length).toBeGreaterThan(2);
    },
    STEPS_TIMEOUT_MS,
  );
});
