/** Requests through Services while pods come and go: none is lost, misled or uneven without a reason. */
import { describe, expect, it } from "vitest";
import { endInjectedFault, injectFault } from "../../src/control-plane/injected/inject.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { networkPolicyKind } from "../../src/kinds/networking/network-policy.ts";
import { killContainer } from "../../src/kubelet/interference.ts";
import { Random } from "../../src/lib/prng.ts";
import type { Container, NetworkPolicy } from "../../src/schema/index.ts";
import { counts, NetworkWorld } from "./network-world.ts";

const SEEDS = (process.env["NETWORK_SEEDS"] ?? "1 2 3").split(" ");

/** Calls the Service five times a second. */
const FLOW =
  "while true; do curl -sf --max-time 2 http://web/hostname >/dev/null && echo ok || echo lost; sleep 0.2; done";

const READY: Partial<Container> = {
  readinessProbe: { httpGet: { path: "/healthz", port: 80 }, periodSeconds: 1 },
};
const PRE_STOP: Partial<Container> = { lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } } };

/** The client's results during a rolling update of three servers. */
function rollingUpdate(seed: string, container: Partial<Container>): string[] {
  const world = new NetworkWorld(seed);
  world.serve("web", 3, container);
  world.advance(60);
  world.client("client", FLOW);
  world.advance(20);
  const found = world.cluster.get(deploymentKind, "web")!;
  world.cluster.update(deploymentKind, found, ({ spec }) => {
    spec.template.metadata = { ...spec.template.metadata, annotations: { version: "2" } };
  });
  world.advance(120);
  expect(world.pods("web").every(({ metadata }) => metadata.annotations?.["version"] === "2")).toBe(true);
  return world.log("client");
}

const STARTS_SLOWLY: Partial<Container> = { command: ["sh", "-c", "sleep 8; exec /agnhost netexec --http-port=80"] };

describe("a rolling update under a flow of requests", () => {
  it.each(SEEDS)("loses none when probes, preStop and grace are right (seed %s)", (seed) => {
    const results = counts(rollingUpdate(seed, { ...STARTS_SLOWLY, args: [], ...READY, ...PRE_STOP }));
    expect(results["ok"]).toBeGreaterThan(300);
    expect(results["lost"]).toBeUndefined();
  });

  it.each(SEEDS)("loses some without a readiness probe (seed %s)", (seed) => {
    const results = counts(rollingUpdate(seed, { ...STARTS_SLOWLY, args: [], ...PRE_STOP }));
    expect(results["lost"]).toBeGreaterThan(0);
  });

  it("loses some without a preStop hook", () => {
    const lost = SEEDS.map((seed) => counts(rollingUpdate(seed, READY))["lost"] ?? 0);
    expect(lost.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });

  it("is the same again, looked at always or once", () => {
    const first = rollingUpdate("again", READY);
    expect(rollingUpdate("again", READY)).toEqual(first);
    const watched = (isWatched: boolean) => {
      const world = new NetworkWorld("looks");
      world.serve("web", 2, READY);
      world.client("client", FLOW);
      for (let step = 0; step < 40; step++) {
        world.advance(1);
        if (step === 25) world.cluster.delete(podKind, world.pods("web")[0]!);
        if (isWatched && step > 10) world.log("client");
      }
      return [...world.log("client"), ...world.pods("web").map((each) => JSON.stringify(each.status))];
    };
    expect(watched(true)).toEqual(watched(false));
  });
});

describe("calls over ready endpoints", () => {
  it("are even within one", () => {
    const random = new Random("even");
    for (let round = 0; round < 6; round++) {
      const [replicas, calls] = [1 + random.below(5), 1 + random.below(40)];
      const world = new NetworkWorld(`even ${round}`);
      world.serve("web", replicas, READY);
      world.advance(60);
      world.client("client", `i=0; while [ $i -lt ${calls} ]; do i=$((i+1)); curl -s http://web/hostname; echo; done`);
      world.advance(30);
      const answered = Object.values(counts(world.log("client")));
      expect(answered.reduce((sum, count) => sum + count, 0)).toBe(calls);
      const all = [...answered, ...Array.from({ length: replicas - answered.length }, () => 0)];
      expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
    }
  });
});

/** Calls each second; an answer is the name of the pod. */
const NAMES = 'while true; do n=$(curl -s --max-time 0.5 http://web/hostname) && echo "$n" || echo none; sleep 1; done';
const ALLOW_NONE = {
  ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "closed", namespace: "default" } },
  spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] },
} as unknown as NetworkPolicy;
const CUT = { kind: "partition", between: [{ podLabels: { role: "client" } }, { podLabels: { app: "web" } }] } as const;

interface State {
  ready: Set<string>;
  isClosed: boolean;
}

/** One disturbance of the network or of its pods. */
function disturb(world: NetworkWorld, random: Random): string {
  const { cluster } = world;
  const victim = world.pods("web")[random.below(Math.max(1, world.pods("web").length))];
  switch (random.below(7)) {
    case 0:
      cluster.write((tx) => victim && killContainer(tx, victim, "c", {}));
      return "kill";
    case 1:
      if (victim) cluster.delete(podKind, victim);
      return "delete";
    case 2: {
      const closed = cluster.get(networkPolicyKind, "closed");
      if (closed) cluster.delete(networkPolicyKind, closed);
      else cluster.create(networkPolicyKind, ALLOW_NONE);
      return "policy";
    }
    case 3: {
      const name = cluster.write((tx) => {
        const spec = { kind: CUT.kind, between: CUT.between.map((side) => ({ ...side })) };
        const injected = injectFault(tx, { spec, afterMs: 0, durationMs: (1 + random.below(8)) * 1000 });
        return injected.type === "injected" && !injected.isNew ? injected.fault.name : undefined;
      });
      if (name !== undefined) cluster.write((tx) => endInjectedFault(tx, name));
      return "partition";
    }
    case 4: {
      const found = cluster.get(deploymentKind, "web")!;
      cluster.update(deploymentKind, found, ({ spec }) => {
        spec.replicas = 1 + random.below(4);
      });
      return "scale";
    }
    default:
      return "nothing";
  }
}

function stateOf(world: NetworkWorld): State {
  const hasPolicy = world.cluster.get(networkPolicyKind, "closed") !== undefined;
  return { ready: world.ready("web"), isClosed: hasPolicy };
}

/** Runs disturbances for a minute; returns the problems and the client's output. */
function disturbed(seed: string): { problems: string[]; output: string[] } {
  const random = new Random(`network ${seed}`);
  const [world, other] = [new NetworkWorld(seed), new NetworkWorld(`${seed} other`)];
  for (const each of [world, other]) {
    each.serve("web", 3, { ...READY, ...PRE_STOP });
    each.advance(40);
    each.client("client", NAMES);
    each.advance(10);
  }
  const problems: string[] = [];
  let seen = world.log("client").length;
  for (let step = 0; step < 60; step++) {
    const before = stateOf(world);
    const what = disturb(world, random);
    const between = stateOf(world);
    for (const each of [world, other]) each.advance(1);
    const after = stateOf(world);
    const answered = world.log("client").slice(seen);
    seen += answered.length;
    const leaving = new Set(
      world.pods("web").flatMap(({ metadata }) => (metadata.deletionTimestamp ? [metadata.name] : [])),
    );
    for (const name of answered.filter((each) => each !== "none")) {
      const wasReady = [before, between, after].some(({ ready }) => ready.has(name));
      if (!wasReady && !leaving.has(name)) problems.push(`step ${step} (${what}): ${name} was not ready`);
      if (between.isClosed && before.isClosed && after.isClosed) problems.push(`step ${step}: the policy was passed`);
    }
  }
  const own = new Set(world.cluster.log.map(({ key }) => key.split("/").at(-1)));
  for (const name of world.log("client"))
    if (name !== "none" && !own.has(name)) problems.push(`${name} is of another cluster`);
  return { problems, output: world.log("client") };
}

describe("disturbances", () => {
  it.each(SEEDS)(
    "never lead a request to a pod that is not ready, forbidden or of another cluster (seed %s)",
    (seed) => {
      const { problems, output } = disturbed(seed);
      expect(problems).toEqual([]);
      expect(output.filter((name) => name !== "none").length).toBeGreaterThan(10);
      expect(disturbed(seed).output).toEqual(output);
    },
  );
});
