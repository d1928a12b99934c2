/** The lesson examples/data-pipeline: the commands come from its README, the expected outputs are here. */
import { expect, it } from "vitest";
import { describeNewestKubectl } from "./harness.ts";
import { studentsOf } from "./lesson-student.ts";

const studentOf = studentsOf("data-pipeline");
const STEPS_TIMEOUT_MS = 240_000;
const REPORT = "north,300,143990,143990\nsouth,300,143800,158180\nwest,300,143320,171984\n";
const CURL_REPORT = "kubectl exec deployment/report -c nginx -- curl -s http://report/report.csv";

const lines = (output: string | undefined) => (output ?? "").trim().split("\n");

describeNewestKubectl("the lesson about a data pipeline", (session) => {
  const follow: ReturnType<typeof studentOf>["follow"] = (...args) => studentOf(session()).follow(...args);

  it(
    "1. extracts",
    async () => {
      const printed = await follow(1);
      expect(printed["kubectl logs job/extract"]).toBe("extracted 900 orders\n");
      expect(printed["kubectl get persistentvolumeclaims"]).toMatch(/^landing +Bound .* RWX /m);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "2. transforms, once the reason of the failure is gone",
    async () => {
      const printed = await follow(2, async (command) => {
        // Students wait for the next try; the test advances the time.
        if (command.includes("job/transform --timeout=180s")) await session().platform("advance", { seconds: 60 });
      });
      const log = printed["kubectl logs -l job-name=transform,batch.kubernetes.io/job-completion-index=1"];
      expect(new Set(lines(log))).toEqual(
        new Set(["transform: /landing/reference/taxes.csv has no tax of the region south"]),
      );
      expect(printed["kubectl get job transform -o jsonpath={.status.completedIndexes}"]).toBe("0-2");
      const succeeded = printed["kubectl get pods -l job-name=transform --field-selector=status.phase=Succeeded"];
      expect(lines(succeeded)).toHaveLength(4);
      const last = lines(printed["kubectl logs -l job-name=transform --tail=1"]);
      for (const line of ["north: 300 orders with a tax of 0 %", "south: 300 orders with a tax of 10 %"])
        expect(last).toContain(line);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "3. loads the same numbers once and again",
    async () => {
      const printed = await follow(3);
      expect(printed["kubectl logs job/load-now"]).toBe("loaded 900 orders\n");
      const table = Object.entries(printed).find(([command]) => command.includes("GROUP BY region"))?.[1];
      expect(lines(table).slice(2, 5)).toEqual([
        " north  |   300 | 143990 | 143990",
        " south  |   300 | 143800 | 158180",
        " west   |   300 | 143320 | 171984",
      ]);
      const count = printed["kubectl exec warehouse-0 -- psql -U loader -d sales -At -c 'SELECT count(*) FROM orders'"];
      expect(count).toBe("900\n");
      const loads = printed["kubectl exec warehouse-0 -- psql -U loader -d sales -At -c 'SELECT orders FROM loads'"];
      expect(loads).toBe("900\n900\n");
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "4. keeps the rows when the database loses its pod",
    async () => {
      const printed = await follow(4);
      const sums = Object.entries(printed).find(([command]) => command.includes("sum(gross)"))?.[1];
      expect(sums).toBe("900|474154\n");
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "5. serves the report from all pods alike",
    async () => {
      const printed = await follow(5);
      expect(printed[CURL_REPORT]).toBe(REPORT);
      const calls = Object.entries(printed).find(([command]) => command.includes("seq 40"))?.[1];
      expect(lines(calls).map((line) => line.trim().split(" ")[0])).toEqual(["10", "10", "10", "10"]);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "6. serves during a bad rollout, and goes back",
    async () => {
      const printed = await follow(6);
      expect(printed[CURL_REPORT]).toBe(REPORT);
      expect(printed["kubectl get replicasets -l app=report"]).toMatch(/^report-\w+ +3 +3 +3 /m);
      const after = lines(printed["kubectl get pods -l app=report"]).slice(1);
      expect(after.filter((line) => / 1\/1 +Running /.test(line))).toHaveLength(4);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "7. loads at the full hour",
    async () => {
      await session().platform("advance", { seconds: 3700 });
      const printed = await follow(7);
      expect(printed["kubectl get jobs"]).toMatch(/^load-\d+ +Complete +1\/1 /m);
      const loads = printed["kubectl exec warehouse-0 -- psql -U loader -d sales -At -c 'SELECT orders FROM loads'"];
      expect(loads).toMatch(/^(900\n){3,4}$/);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "8. leaves nothing behind",
    async () => {
      expect((await follow(8))["kubectl get pvc,pv"]).toBe("");
    },
    STEPS_TIMEOUT_MS,
  );
});
