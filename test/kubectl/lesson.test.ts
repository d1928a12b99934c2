/** The lesson for students: the commands come from its README, the expected outputs are here. */
import { expect, it } from "vitest";
import { describeEveryKubectl, type KubectlSession } from "./harness.ts";
import { studentsOf } from "./lesson-student.ts";

const studentOf = studentsOf("stateless-vs-stateful");
const STEPS_TIMEOUT_MS = 180_000;

interface Named {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { nodeName?: string; volumeName?: string; containers: { image: string }[] };
}

async function list({ ok }: KubectlSession, what: string): Promise<Named[]> {
  const { items } = JSON.parse(await ok(`get ${what} -o json`)) as { items: Named[] };
  return items.filter(({ metadata }) => !metadata.deletionTimestamp);
}

const namesOf = async (session: KubectlSession, what: string) =>
  (await list(session, what)).map(({ metadata }) => metadata.name);
const volumesOf = async (session: KubectlSession) =>
  Object.fromEntries((await list(session, "pvc")).map(({ metadata, spec }) => [metadata.name, spec.volumeName]));

const DB_PODS = ["db-0", "db-1", "db-2"];

describeEveryKubectl("the lesson", declare, { ends: true });

function declare(session: () => KubectlSession): void {
  let volumes: Record<string, string | undefined> = {};

  it(
    "1. creates both",
    async () => {
      const printed = await studentOf(session()).follow(1);
      expect(printed["kubectl get storageclasses"]).toMatch(/^standard \(default\) +sandbar\.dev\/virtual/m);
      expect(await namesOf(session(), "pods -l app=db")).toEqual(DB_PODS);
      expect(await namesOf(session(), "pods -l app=web")).toHaveLength(3);
      volumes = await volumesOf(session());
      expect(Object.keys(volumes)).toEqual(["data-db-0", "data-db-1", "data-db-2"]);
      expect(new Set(Object.values(volumes)).size).toBe(3);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "2. gives a new name here, and the same name and volume there",
    async () => {
      const student = studentOf(session());
      const before = await list(session(), "pods");
      const printed = await student.follow(2);
      const after = await list(session(), "pods");
      const known = new Set(before.map(({ metadata }) => metadata.name));
      const fresh = after.filter(({ metadata }) => !known.has(metadata.name));
      expect(fresh.map(({ metadata }) => metadata.name)).toEqual([expect.stringMatching(/^web-/)]);
      expect(after.map(({ metadata }) => metadata.name)).not.toContain(student.variables["web_pod"]);
      const uidOf = (pods: Named[]) => pods.find(({ metadata }) => metadata.name === "db-1")?.metadata.uid;
      expect(uidOf(after)).toBeDefined();
      expect(uidOf(after)).not.toBe(uidOf(before));
      if (session().isAtLeast("1.30")) {
        expect(printed["kubectl exec $web_pod -- curl -s localhost/note.txt"]).toBe("I was here\n");
        expect(printed["kubectl exec deployment/web -- ls /usr/share/nginx/html"]).toBe("50x.html\nindex.html\n");
        expect(printed["kubectl exec db-1 -- redis-cli get note"]).toBe("one was here\n");
      }
      expect(printed["kubectl get pv $volume"]).toMatch(/Bound +default\/data-db-1/);
      expect(await volumesOf(session())).toEqual(volumes);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "3. survives the loss of a node: db-0 is replaced elsewhere, on its volume, and never runs twice",
    async () => {
      const student = studentOf(session());
      const lost = (await list(session(), "pods")).find(({ metadata }) => metadata.name === "db-0");
      const printed = await student.follow(3, async (command) => {
        if (!command.startsWith("kubectl wait --for=delete")) return;
        const present = await list(session(), "pods -l app=db");
        expect(present.find(({ metadata }) => metadata.name === "db-0")?.metadata.uid).toBe(lost?.metadata.uid);
        // Students wait; the test advances the time.
        await session().platform("advance", { seconds: 400 });
      });
      if (session().isAtLeast("1.30")) {
        expect(printed["kubectl exec db-0 -- redis-cli get note"]).toBe("zero was here\n");
      }
      const { node } = student.variables;
      const pods = await list(session(), "pods");
      expect(pods).toHaveLength(6);
      expect(pods.map(({ spec }) => spec.nodeName)).not.toContain(node);
      expect(await namesOf(session(), "pods -l app=db")).toEqual(DB_PODS);
      expect(await volumesOf(session())).toEqual(volumes);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "4. scales both down and up; volumes stay",
    async () => {
      const printed = await studentOf(session()).follow(4);
      expect(printed["kubectl get pods"]?.trim().split("\n")).toHaveLength(3);
      expect(printed["kubectl get pods"]).toMatch(/^db-0 /m);
      expect(await namesOf(session(), "pods -l app=db")).toEqual(DB_PODS);
      expect(await volumesOf(session())).toEqual(volumes);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "5. rolls both out and back",
    async () => {
      const printed = await studentOf(session()).follow(5);
      expect(printed["kubectl get controllerrevisions -l app=db"]?.trim().split("\n")).toHaveLength(3);
      expect(printed["kubectl get replicasets -l app=web"]?.trim().split("\n")).toHaveLength(3);
      const images = (await list(session(), "pods")).flatMap(({ spec }) => spec.containers.map(({ image }) => image));
      expect(new Set(images)).toEqual(new Set(["nginx:1.27", "redis:7.4"]));
      if (session().isAtLeast("1.30")) {
        expect(printed["kubectl exec db-1 -- redis-cli get note"]).toBe("one was here\n");
      }
      expect(await volumesOf(session())).toEqual(volumes);
    },
    STEPS_TIMEOUT_MS,
  );

  it(
    "6. leaves the claims, until they are deleted too",
    async () => {
      const printed = await studentOf(session()).follow(6);
      expect(printed["kubectl get pvc"]?.trim().split("\n")).toHaveLength(4);
      expect(printed["kubectl get pvc,pv"]).toBe("");
      expect(await namesOf(session(), "pods")).toEqual([]);
    },
    STEPS_TIMEOUT_MS,
  );
}
