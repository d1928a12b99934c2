/** Documents that the API accepts run without a bug: random programs, hostile texts, and requests to them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { NewImage } from "../../src/http/platform/image-schemas.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import { imageRow } from "../../src/platform/images.ts";
import { Problem } from "../../src/platform/problem.ts";
import { clusterWith, containerOf, podWith } from "../kubelet/clusters.ts";
import { exec } from "../kubelet/own-images.ts";
import { HOSTILE_TEXTS } from "./vocabulary.ts";

const { FUZZ_RUNS = "40", FUZZ_SEED = "1" } = process.env;

const text = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS.filter((each) => !each.includes("\0"))),
  fc.constantFrom("{{env.A}} {{time}}", "{{hostname}}{{podIP}}", "ä{{env.Ä}}", "$(A) %s \\"),
  fc.string(),
);
const template = fc.oneof(text, fc.constantFrom("{{path}}{{query.a}}{{body}}{{requests}}{{header.host}}{{status}}"));
const ms = fc.oneof(fc.constantFrom(0, 1, 100, 60_000), fc.nat(2_000_000_000));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const path = fc.constantFrom("/", "/a", "/a/*", "*", "/%2e%2e", "/ä");

const answer = fc.record({
  method: optional(fc.constantFrom("GET", "POST", "HEAD")),
  path,
  fromMs: optional(ms),
  untilMs: optional(ms),
  status: optional(fc.integer({ min: 200, max: 599 })),
  headers: optional(fc.dictionary(fc.constantFrom("x-a", "Content-Type", "content-length", "Location"), template)),
  body: optional(template),
  delayMs: optional(fc.nat(3_000)),
  cpuMs: optional(fc.nat(500)),
  exitCode: optional(fc.nat(255)),
});
const signal = fc.record({ lines: optional(fc.array(text)), afterMs: optional(ms), exitCode: optional(fc.nat(255)) });
const server = fc.record({
  ports: optional(fc.array(fc.constantFrom(80, 8080, 65_535))),
  needs: optional(fc.record({ env: fc.constant(["A"]), lines: optional(fc.array(text)) })),
  log: optional(fc.array(fc.record({ afterMs: optional(ms), line: text }))),
  readyAfterMs: optional(fc.nat(20_000)),
  answers: optional(fc.array(answer, { maxLength: 4 })),
  accessLog: optional(template),
  exit: optional(fc.record({ afterMs: ms, code: optional(fc.nat(255)), line: optional(text) })),
  signals: optional(fc.record({ TERM: signal, HUP: signal, USR1: signal }, { requiredKeys: [] })),
  memoryBytes: optional(fc.nat()),
});
const document = fc.record({
  name: fc.constantFrom("shop", "registry.example.com/shop", "localhost:5000/a/b_c"),
  tags: fc.constantFrom(["1"], "any"),
  base: optional(fc.constantFrom("scratch", "alpine", "debian:12", "nginx:1.27", "python:3.12", "busybox")),
  user: optional(fc.constantFrom("", "0", "1000:1000", "nginx", "missing")),
  workingDir: optional(fc.constantFrom("/srv", "/etc/passwd", "/a/b")),
  env: optional(fc.dictionary(fc.constantFrom("A", "PATH", "HOME", "a.b-c"), text)),
  entrypoint: optional(fc.array(text, { maxLength: 3 })),
  cmd: optional(fc.array(text, { maxLength: 3 })),
  ports: optional(fc.array(fc.constantFrom(80, 8080))),
  stopSignal: optional(fc.constantFrom("SIGINT", "SIGKILL", "SIGUSR1")),
  files: optional(
    fc.dictionary(
      fc.constantFrom("/a", "/bin/x", "/etc/passwd", "/usr/local/bin/server", "/tmp/a/b", "/var/run/x"),
      fc.oneof(fc.record({ text }), fc.record({ base64: fc.base64String() })),
    ),
  ),
  script: optional(fc.oneof(text, fc.constantFrom("exec server", "server & wait", "echo hi; sleep 20", "exit 3"))),
  server: optional(server),
});

it("documents that are accepted run without a bug", () => {
  let accepted = 0;
  fc.assert(
    fc.property(document, (generated) => {
      const parsed = NewImage.safeParse(JSON.parse(JSON.stringify(generated)));
      if (!parsed.success) return;
      let row: ReturnType<typeof imageRow>;
      try {
        row = imageRow(parsed.data, 0);
      } catch (error) {
        if (error instanceof Problem) return;
        throw error;
      }
      accepted++;
      const cluster = clusterWith({ unknownImages: "fail", nodes: [{}] });
      const { tags, digest, accessHash } = row;
      cluster.images = new Map([[row.repository, [{ tags, digest, accessHash, document: JSON.parse(row.document) }]]]);
      cluster.create(podKind, podWith("p", { image: `${row.name}:1` }));
      cluster.advance(30_000);
      const running = () => containerOf(cluster).state.running !== undefined && parsed.data.base !== "scratch";
      for (const target of ["/", "/a/b?a=%c3", "/none"]) {
        if (running()) tryExec(() => exec(cluster, ["wget", "-q", "-O-", "-T", "5", `http://localhost:8080${target}`]));
      }
      cluster.advance(600_000);
      cluster.delete(podKind, cluster.get(podKind, "p")!);
      cluster.advance(120_000);
      expect(cluster.get(podKind, "p")).toBeUndefined();
    }),
    { seed: Number(FUZZ_SEED), numRuns: Number(FUZZ_RUNS) },
  );
  expect(accepted).toBeGreaterThan(Number(FUZZ_RUNS) / 10);
}, 600_000);

/** The container may end meanwhile, or lack the tool: refusals are answers, other exceptions are bugs. */
function tryExec(work: () => string): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
