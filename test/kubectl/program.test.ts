/** The kubectl of containers prints what the real one prints. */
import { beforeAll, expect, it } from "vitest";
import { describeNewestKubectl } from "./harness.ts";
import { runOurKubectl } from "./our-kubectl.ts";

/** Reads of one cluster: equal bytes, exit codes included. */
const READS = [
  "get nodes",
  "get pods -A",
  "get pods",
  "get pods -n nowhere",
  "get pod nope",
  "get foo",
  "get deploy,svc",
  "get deployment web",
  "get deployment/web service/web",
  "get deployment web -o yaml",
  "get deployment web -o json",
  "get svc -A",
  "get ns --show-labels",
  "get pods --no-headers -A",
  "get pods -l app=web -o name",
  "get cm -o yaml",
  "get all",
  "get -f web.yaml",
  "get nodes -L kubernetes.io/os",
  "get --raw /version",
  "get pods --frob",
  "get deploy web -n",
  "get",
  "get pods -o nope",
  "get cm text -o yaml",
];

describeNewestKubectl("the kubectl of containers", (session) => {
  beforeAll(async () => {
    const { ok, write } = session();
    await ok("create deployment web --image=nginx --replicas=2");
    await ok("expose deployment web --port=80");
    await write("text.txt", "line one\n  line two: x # y\n\ttab\n");
    await ok("create configmap text --from-file=text.txt --from-literal=a=yes --from-literal=n=010 --from-literal=e=");
    await ok("rollout status deployment web");
    await write("web.yaml", await ok("get deployment web -o yaml"));
  });

  it.each(READS)("%s", async (line) => {
    const real = await session().run(line);
    const ours = await runOurKubectl(session(), line);
    expect(ours).toEqual(real);
  });
});
