/** Images for looking at networks, and headers of the usual web servers as curl shows them. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container } from "../../src/schema/index.ts";
import { clusterWith, podWith } from "./clusters.ts";

/** The output of a script in a container that has run for a minute. */
function printed(container: Partial<Container>, script: string): string {
  const cluster = clusterWith({}, podWith("p", container));
  cluster.advance(60_000);
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  const options = { command: ["sh", "-c", script], stdin: false, stdout: true, stderr: true, tty: false };
  const id = cluster.write((tx) => containerAccess.exec(tx, target, options));
  let text = "";
  for (let exitCode: number | undefined; exitCode === undefined; cluster.advance(1000)) {
    const output = cluster.write((tx) => containerAccess.exchange(tx, target, id, {}));
    text += output.stdout + output.stderr;
    exitCode = output.exitCode;
  }
  return text;
}

describe("wbitt/network-multitool", () => {
  it("serves a page that tells where it runs, at the port of HTTP_PORT", () => {
    const env = [{ name: "HTTP_PORT", value: "1180" }];
    expect(printed({ image: "wbitt/network-multitool", env }, "curl -s localhost:1180; ip route | head -1")).toMatch(
      /^WBITT Network MultiTool \(with NGINX\) - p - 10\.244\.\d+\.\d+ - HTTP: 1180 , HTTPS: 443 \. .*\ndefault via /,
    );
  });
});

describe("nicolaka/netshoot", () => {
  it("has zsh, which ends without a terminal and runs scripts", () => {
    const script = "zsh -c 'for i in {1..2}; do echo $i; done'; echo 'echo in' | zsh";
    expect(printed({ image: "nicolaka/netshoot", command: ["sleep", "1000"] }, script)).toBe("1\n2\nin\n");
  });
});

it("busybox and mongo have the tools that their images add", () => {
  const command = ["sleep", "1000"];
  expect(printed({ image: "busybox", command }, "getent hosts localhost")).toMatch(/^127\.0\.0\.1 +localhost/);
  expect(printed({ image: "mongo:7", command }, "jq -n 1+1")).toBe("2\n");
});

describe("demo servers", () => {
  it.each([
    [
      "gcr.io/google-samples/node-hello:1.0",
      "curl -s localhost:8080; ps -o args | grep -c 'node server.js'",
      "Hello Kubernetes!",
    ],
    ["bmuschko/nodejs-hello-world:1.0.0", "curl -s localhost:3000", "Hello World"],
    ["tutum/hello-world", "wget -qO- localhost | grep hostname", "\t<h3>My hostname is p</h3>\n"],
    [
      "strm/helloworld-http",
      "wget -qO- localhost",
      "<html><head><title>HTTP Hello World</title></head><body><h1>Hello from p",
    ],
  ])("%s", (image, script, page) => {
    expect(printed({ image }, script).startsWith(page)).toBe(true);
  });
});

describe("curl -I", () => {
  const names = (image: string) =>
    printed({ image }, "curl -sI localhost")
      .split("\r\n")
      .map((line) => line.split(":")[0])
      .filter((name) => name !== "");

  it("shows nginx' headers in nginx' order and form", () => {
    expect(names("nginx")).toEqual([
      ...["HTTP/1.1 200 OK", "Server", "Date", "Content-Type", "Content-Length", "Last-Modified", "Connection", "ETag"],
      "Accept-Ranges",
    ]);
  });
});
