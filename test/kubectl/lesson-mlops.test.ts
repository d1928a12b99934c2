/** The lesson examples/mlops: the commands come from its README, the expected outputs are here. */
import { expect, it } from "vitest";
import { describeNewestKubectl } from "./harness.ts";
import { studentsOf } from "./lesson-student.ts";

const studentOf = studentsOf("mlops");
const STEPS_TIMEOUT_MS = 240_000;

const lines = (output: string | undefined) => (output ?? "").trim().split("\n");
const withWords = (printed: Record<string, string>, ...words: string[]) =>
  Object.entries(printed).find(([command]) => words.every((word) => command.includes(word)))?.[1];

describeNewestKubectl("the lesson about machine learning", (session) => {
  const follow: ReturnType<typeof studentOf>["follow"] = (...args) => studentOf(session()).follow(...args);

  it("1. offers an accelerator", async () => void (await follow(1)), STEPS_TIMEOUT_MS);

  it(
    "2. trains one after the other, on the node with the accelerator",
    async () => {
      const printed = await follow(2, async (command) => {
        // Students wait until the Jobs try again; the test advances the time.
        if (command.includes("job/train-")) await session().platform("advance", { seconds: 60 });
      });
      expect(withWords(printed, "FailedCreate")).toContain(
        "exceeded quota: budget, requested: requests.nvidia.com/gpu=1",
      );
      const pods = lines(withWords(printed, "get pods")).slice(1);
      expect(pods.map((line) => / (Completed|Error) .* node-3 /.exec(line)?.[1]).sort()).toEqual([
        "Completed",
        "Completed",
        "Error",
      ]);
      expect(withWords(printed, "logs", "train-a")).toMatch(
        /^run-a: loss 1096\.911, price = 2\.20 \* size \+ -4\.82$/m,
      );
      expect(withWords(printed, "logs", "train-b")).toMatch(/^run-b: loss 1\.957, price = 2\.96 \* size \+ 20\.34$/m);
      expect(withWords(printed, "logs", "train-c")).toMatch(/^train: the loss grows without end: learning rate 0\.9 /m);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "3. registers and serves the best run",
    async () => {
      const printed = await follow(3);
      expect(withWords(printed, "logs", "job/register")).toBe("registered run-b (loss 1.957) as v1\n");
      expect(JSON.parse(withWords(printed, "v1.json") ?? "")).toMatchObject({ version: "v1", run: "run-b" });
      expect(withWords(printed, "predict")).toBe('{"model": "v1", "price": 50.0}\n');
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "4. notices the drift in logs and metrics",
    async () => {
      const printed = await follow(4);
      expect(withWords(printed, "seq 30")?.trim()).toBe("30");
      expect(withWords(printed, "logs")?.match(/^DRIFT mean of inputs is 4\d\.\d, /gm)?.length).toBeGreaterThan(0);
      expect(withWords(printed, "/metrics")).toMatch(/^model_input_mean (3|4)\d/m);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "5. trains again",
    async () => {
      const printed = await follow(5);
      expect(withWords(printed, "logs")).toMatch(/^registered retrained \(loss 1\.957\) as v2$/m);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "6. gives shares of the calls to the canary, by replicas and by weights of a route",
    async () => {
      const printed = await follow(6);
      const shares = (calls: number) => lines(withWords(printed, `seq ${calls}`)).map((line) => line.trim());
      const answers = (first: number, second: number) => [
        `${first} {"model": "v1", "price": 153.7}`,
        `${second} {"model": "v2", "price": 154.8}`,
      ];
      expect(shares(40)).toEqual(answers(30, 10));
      expect(shares(50)).toEqual(answers(45, 5));
      expect(shares(60)).toEqual(answers(30, 30));
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "7. survives a bad promotion, and promotes the new version",
    async () => {
      const printed = await follow(7);
      expect(withWords(printed, "size=10")).toMatch(/"model": "v[12]"/);
      expect(withWords(printed, "seq 20")?.trim()).toBe('20 {"model": "v2", "price": 154.8}');
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "8. leaves nothing behind",
    async () => {
      expect(withWords(await follow(8), "get pods -A")).toBe("");
    },
    STEPS_TIMEOUT_MS,
  );
});
