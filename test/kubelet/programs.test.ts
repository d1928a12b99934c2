import { describe, expect, it } from "vitest";
import { parseImage } from "../../src/images/reference.ts";
import { isPossibleTag, knownImage } from "../../src/kubelet/images/catalogue.ts";
import { pullFrom } from "../../src/kubelet/images/pull.ts";
import { runCommand } from "../../src/kubelet/programs/script.ts";

function outcome(...words: string[]): string {
  const { durationMs, exitCode } = runCommand(words);
  return durationMs === undefined ? "runs for ever" : `exit ${exitCode} after ${durationMs} ms`;
}

function sh(script: string): string {
  return outcome("sh", "-c", script);
}

describe("simple programs", () => {
  it.each([
    [["true"], "exit 0 after 0 ms"],
    [["false"], "exit 1 after 0 ms"],
    [["sleep", "2"], "exit 0 after 2000 ms"],
    [["/bin/sleep", "1.5m"], "exit 0 after 90000 ms"],
    [["sleep", "infinity"], "runs for ever"],
    [["echo", "hello"], "exit 0 after 0 ms"],
    [["date"], "exit 0 after 0 ms"],
    [["./server", "--port=80"], "runs for ever"],
  ])("%j: %s", (words, expected) => {
    expect(outcome(...words)).toBe(expected);
  });

  it.each([
    ["exit 3", "exit 3 after 0 ms"],
    ["sleep 1; exit 5", "exit 5 after 1000 ms"],
    ["date; echo Hello from the Kubernetes cluster", "exit 0 after 0 ms"],
    ["echo one && sleep 2 && false", "exit 1 after 2000 ms"],
    ["false && sleep 10", "exit 1 after 0 ms"],
    ["false || exit 7", "exit 7 after 0 ms"],
    ["true || exit 7", "exit 0 after 0 ms"],
    ["echo 'a; exit 9'; exit 2", "exit 2 after 0 ms"],
    ["echo failed > /dev/termination-log\nexit 1", "exit 1 after 0 ms"],
    ['echo "now $(date)" && echo $(hostname)', "exit 0 after 0 ms"],
    ["echo a | grep a", "exit 0 after 0 ms"],
    ["while true; do echo hi; sleep 5; done", "runs for ever"],
    ["python -m http.server & wait", "runs for ever"],
    ["nginx -g 'daemon off;'", "runs for ever"],
    ["test -f /x; sleep 3600", "exit 0 after 3600000 ms"],
  ])("sh -c %j: %s", (script, expected) => {
    expect(sh(script)).toBe(expected);
  });

  it("knows which files a script creates, and when", () => {
    const { files } = runCommand(["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"]);
    expect(files).toEqual([
      { atMs: 0, path: "/tmp/healthy", exists: true },
      { atMs: 30_000, path: "/tmp/healthy", exists: false },
    ]);
  });
});

describe("image names", () => {
  it.each([
    ["nginx", "docker.io/library/nginx", "latest"],
    ["nginx:1.29-alpine", "docker.io/library/nginx", "1.29-alpine"],
    ["bitnami/redis:8", "docker.io/bitnami/redis", "8"],
    ["localhost:5000/app", "localhost:5000/app", "latest"],
    ["registry.k8s.io/pause:3.10", "registry.k8s.io/pause", "3.10"],
  ])("%s", (image, repository, tag) => {
    expect(parseImage(image)).toMatchObject({ repository, tag });
  });

  it.each(["Nginx", "nginx:", "my image", "UPPER/case:1"])("%j is invalid", (image) => {
    expect(parseImage(image)).toHaveProperty("problem");
  });

  it("a known image has versions and the usual names as tags", () => {
    const nginx = knownImage("docker.io/library/nginx")!;
    for (const tag of ["latest", "1", "1.27", "1.27.3-alpine", "stable", "2", "alpine3.22", "mainline-perl"]) {
      expect([tag, isPossibleTag(nginx, tag)]).toEqual([tag, true]);
    }
    for (const tag of ["1.161", "404", "lates", "no-such-tag"]) {
      expect([tag, isPossibleTag(nginx, tag)]).toEqual([tag, false]);
    }
    expect(isPossibleTag(knownImage("docker.io/library/ubuntu")!, "24.04")).toBe(true);
  });
});

describe("the registry's answer", () => {
  const pulls = (image: string, unknownImages: "run" | "fail") => {
    const reference = parseImage(image);
    if ("problem" in reference) throw new Error(reference.problem);
    return "image" in pullFrom(reference, unknownImages);
  };

  it.each([
    // image, with `fail`, with `run`
    ["nginx", true, true],
    ["nginx:1.161", false, true],
    ["webserver:404", false, true],
    ["me/webserver:404", true, true],
    ["registry.example.com/team/app", true, true],
    ["registry.example.com/no-such-image:1", false, false],
    ["does-not-exist", false, false],
  ])("%s: %s, or with unknown images allowed %s", (image, fails, runs) => {
    expect([pulls(image, "fail"), pulls(image, "run")]).toEqual([fails, runs]);
  });
});
