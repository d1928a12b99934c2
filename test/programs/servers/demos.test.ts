import { describe, expect, it } from "vitest";
import { Container } from "./container.ts";

describe("demo servers", () => {
  it.each([
    [
      "traefik/whoami",
      {},
      "/",
      "Hostname: pod-1\nIP: 127.0.0.1\nIP: ::1\nIP: 10.244.1.5\nRemoteAddr: 10.244.1.9:40000\nGET / HTTP/1.1\n",
    ],
    ["hashicorp/http-echo:1.0", { args: ["-text=hello"] }, "/", "hello\n"],
    ["hashicorp/http-echo", { args: ["-text", "hi", "-listen=:8080"] }, "/any", "hi\n"],
    ["gcr.io/google-samples/hello-app:2.0", {}, "/", "Hello, world!\nVersion: 2.0.0\nHostname: pod-1\n"],
    ["gcr.io/google-samples/kubernetes-bootcamp:v1", {}, "/", "Hello Kubernetes bootcamp! | Running on: pod-1 | v=1\n"],
    ["kicbase/echo-server:1.0", {}, "/x", "Request served by pod-1\n\nGET /x HTTP/1.1\n"],
    ["registry.k8s.io/echoserver:1.10", {}, "/", "\n\nHostname: pod-1\n"],
    ["nginxdemos/hello:plain-text", {}, "/", "Server address: 10.244.1.5:80\nServer name: pod-1\n"],
    ["stefanprodan/podinfo:6.7.1", {}, "/version", '{"commit":"'],
    ["gcr.io/kuar-demo/kuard-amd64:blue", {}, "/healthy", "ok"],
    ["registry.example.com/team/app", {}, "/", "Hostname: pod-1\n"],
  ])("%s answers", (image, options, path, expected) => {
    const container = new Container(image, options);
    expect(container.status, container.log).toBeUndefined();
    expect(container.get(path).slice(0, expected.length)).toBe(expected);
    expect(container.send("TERM").status).toBeDefined();
  });

  it("hello-world prints and ends", () => {
    const container = new Container("hello-world");
    expect(container.out).toContain("\nHello from Docker!\n");
    expect(container.status).toBe(0);
  });

  it("http-echo needs a text", () => {
    const container = new Container("hashicorp/http-echo");
    expect([container.err, container.status]).toEqual(["Missing -text option!\n", 127]);
  });

  it("podinfo ends when it panics, and can be made unready", () => {
    const container = new Container("stefanprodan/podinfo");
    expect(container.get("/readyz")).toBe('{"status":"OK"}');
    container.get("/readyz/disable", { method: "POST" });
    expect(container.get("/readyz")).toBe("503 ");
    expect(container.get("/panic")).toBe("reset");
    expect(container.send("URG").status).toBe(255);
  });

  it("an unknown image runs the program that its arguments name", () => {
    const container = new Container("quay.io/any/tools", { args: ["sh", "-c", "exit 3"] });
    expect(container.argv).toEqual(["sh", "-c", "exit 3"]);
  });
});
