/** Small demo servers of tutorials and courses. */

import {
  bootcamp,
  demoPage,
  echoServer,
  helloApp,
  httpEcho,
  kuard,
  nginxHello,
  whoami,
} from "../../programs/servers/demos.ts";
import { exampleApp } from "../../programs/servers/example-app.ts";
import { podinfo } from "../../programs/servers/podinfo.ts";
import { portOf, server } from "../../programs/servers/server.ts";
import { yages } from "../../programs/servers/yages.ts";
import type { Program } from "../../shell/program.ts";
import { MB } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ANY_VERSION, simpleImage } from "../simple.ts";

const HELLO = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/

`;

const helloWorld: Program = {
  run(process) {
    process.write(1, HELLO);
    return { type: "exit", status: 0 };
  },
};

/** kodekloud/event-simulator and alike: a line a second. */
const eventSimulator: Program = {
  run(process) {
    const { state, nowMs } = process;
    const events = ["is viewing page1", "is viewing page2", "is viewing page3", "logged in", "logged out"];
    state["nextAtMs"] ??= nowMs;
    while (Number(state["nextAtMs"]) <= nowMs) {
      const count = Number(state["count"] ?? 0) + 1;
      state["count"] = count;
      const at = new Date(Number(state["nextAtMs"])).toISOString().slice(0, 23).replace("T", " ").replace(".", ",");
      const user = `USER${1 + (process.random() % 5)}`;
      process.write(1, `[${at}] INFO in event-simulator: ${user} ${events[process.random() % events.length]}\n`);
      if (count % 5 === 0)
        process.write(
          1,
          `[${at}] WARNING in event-simulator: USER5 Failed to Login as the account is locked due to MANY FAILED ATTEMPTS.\n`,
        );
      if (count % 8 === 0)
        process.write(1, `[${at}] WARNING in event-simulator: USER7 Order failed as the item is OUT OF STOCK.\n`);
      state["nextAtMs"] = Number(state["nextAtMs"]) + 1000;
    }
    return { type: "wait", for: [{ type: "time", atMs: Number(state["nextAtMs"]) }] };
  },
};

const COLORS = ["red", "green", "blue", "blue2", "darkblue", "pink"];

const webappColor = demoPage({
  port: () => 8080,
  log: () => [
    " * Serving Flask app 'app'",
    " * Running on all addresses (0.0.0.0)",
    " * Running on http://127.0.0.1:8080",
  ],
  body: ({ env, argv, host }) => {
    const color = argv.find((arg) => arg.startsWith("--color="))?.slice(8) ?? argv[argv.indexOf("--color") + 1] ?? "";
    const shown = COLORS.includes(color) ? color : (env["APP_COLOR"] ?? "red");
    return `<!doctype html>\n<title>Hello from Flask</title>\n<body style="background: ${shown};"></body>\n<div>\n<h1>Hello from ${host.hostname}!</h1>\n</div>\n`;
  },
});

const helloKubernetes = demoPage({
  port: ({ env }) => portOf(env["PORT"], 8080),
  log: ({ host, env }) => [`Listening on: http://${host.hostname}:${env["PORT"] ?? "8080"}`],
  body: ({ env, host }) =>
    `<!DOCTYPE html>\n<html>\n<head><title>Hello Kubernetes!</title></head>\n<body><div id="message">${env["MESSAGE"] ?? "Hello world!"}</div><div id="info"><table><tr><th>pod:</th><td>${env["KUBERNETES_POD_NAME"] ?? host.hostname}</td></tr><tr><th>node:</th><td>${env["KUBERNETES_NODE_NAME"] ?? "-"}</td></tr></table></div></body>\n</html>\n`,
});

const kubia = server({
  ports: () => [8080],
  logFd: 1,
  banner: () => ["Kubia server starting..."],
  http: (process, { from }) => {
    process.write(1, `Received request from ::ffff:${from}\n`);
    return {
      type: "http",
      status: 200,
      headers: { "content-type": "text/plain" },
      body: `You've hit ${process.host.hostname}\n`,
      afterMs: 1,
    };
  },
});

const tutumHello = demoPage({
  port: () => 80,
  body: ({ host }) =>
    `<html>\n<head>\n\t<title>Hello world!</title>\n</head>\n<body>\n\t<h1>Hello world!</h1>\n\t<h3>My hostname is ${host.hostname}</h3>\n</body>\n</html>\n`,
});

const strmHello = demoPage({
  port: () => 80,
  body: ({ host }) =>
    `<html><head><title>HTTP Hello World</title></head><body><h1>Hello from ${host.hostname}</h1></body></html`,
});

/** The back end of the page on connecting a front end to a back end. */
const helloGo = demoPage({ port: () => 80, contentType: "application/json", body: () => '{"message":"Hello"}\n' });

export const DEMOS: readonly ImageFamily[] = [
  simpleImage({
    repositories: library("hello-world"),
    tags: { versions: "", words: { latest: "", linux: "" } },
    sizeBytes: 3000,
    path: "/hello",
    program: "hello-world",
    implementation: helloWorld,
    ports: [],
    base: "scratch",
    isCommand: true,
  }),
  simpleImage({
    repositories: ["docker.io/traefik/whoami", "docker.io/containous/whoami", "docker.io/jwilder/whoami"],
    tags: { versions: "1.2-11:0", prefix: "v", words: { "1.10": "1.10.0", "1.11": "1.11.0" } },
    sizeBytes: 3 * MB,
    path: "/whoami",
    program: "whoami-server",
    implementation: whoami,
    ports: [80],
    base: "scratch",
  }),
  simpleImage({
    repositories: ["docker.io/hashicorp/http-echo"],
    tags: { versions: "0.1:0 0.2:3 1.0:0", words: { alpine: "1.0.0" } },
    sizeBytes: 3 * MB,
    path: "/http-echo",
    program: "http-echo",
    implementation: httpEcho,
    ports: [5678],
    base: "scratch",
    user: "65532",
  }),
  simpleImage({
    repositories: ["ghcr.io/projectcontour/yages", "quay.io/mhausenblas/yages"],
    tags: { versions: "0.1", prefix: "optional", words: { latest: "0.1.0" } },
    sizeBytes: 12 * MB,
    path: "/yages",
    program: "yages",
    implementation: yages,
    ports: [9000],
    base: "scratch",
  }),
  simpleImage({
    repositories: ["gcr.io/google-samples/hello-app"],
    tags: { versions: "1.0 2.0", words: { latest: "1.0" } },
    sizeBytes: 4_300_000,
    path: "/hello-app",
    program: "hello-app",
    implementation: helloApp,
    ports: [8080],
    base: "distroless",
    isCommand: true,
    env: (version) => ({ HELLO_APP_VERSION: `${version}.0` }),
  }),
  simpleImage({
    repositories: ["gcr.io/google-samples/hello-go-gke"],
    tags: { versions: "1.0" },
    sizeBytes: 6 * MB,
    path: "/hello",
    program: "hello-go-gke",
    implementation: helloGo,
    ports: [80],
    base: "alpine",
    isCommand: true,
  }),
  simpleImage({
    repositories: [
      "docker.io/kicbase/echo-server",
      "docker.io/jmalloc/echo-server",
      "ghcr.io/jmalloc/echo-server",
      "docker.io/ealen/echo-server",
      "docker.io/inanimate/echo-server",
    ],
    tags: { ...ANY_VERSION, versions: `${ANY_VERSION.versions} 0.1-9:9` },
    sizeBytes: 2_200_000,
    path: "/bin/echo-server",
    program: "echo-server",
    implementation: echoServer,
    ports: [8080],
    base: "scratch",
  }),
  simpleImage({
    repositories: ["docker.io/mendhak/http-https-echo"],
    tags: { versions: "17-40", words: { latest: "38" } },
    sizeBytes: 40 * MB,
    path: "/app/index.js",
    program: "echo-server",
    implementation: echoServer,
    ports: [8080, 8443],
    base: "alpine",
  }),
  simpleImage({
    repositories: [
      "gcr.io/google-samples/kubernetes-bootcamp",
      "docker.io/jocatalin/kubernetes-bootcamp",
      "gcr.io/k8s-minikube/kubernetes-bootcamp",
    ],
    tags: { versions: "1-2", prefix: "v", words: { latest: "1" } },
    sizeBytes: 80 * MB,
    path: "/server.js",
    program: "kubernetes-bootcamp",
    implementation: bootcamp,
    ports: [8080],
    base: "alpine",
    env: (version) => ({ BOOTCAMP_VERSION: version }),
  }),
  simpleImage({
    repositories: ["docker.io/nginxdemos/hello", "docker.io/nginxdemos/nginx-hello"],
    tags: { versions: "0.1-4", words: { latest: "0.4", "plain-text": "0.4" }, variants: "plain-text" },
    sizeBytes: 18 * MB,
    path: "/usr/sbin/nginx-hello",
    program: "nginx-hello",
    implementation: nginxHello,
    ports: [80],
    base: "alpine",
  }),
  simpleImage({
    repositories: ["gcr.io/kuar-demo/kuard-amd64", "gcr.io/kuar-demo/kuard"],
    tags: {
      versions: "",
      words: {
        latest: "1",
        blue: "1",
        green: "2",
        purple: "3",
        "1": "1",
        "2": "2",
        "3": "3",
        v1: "1",
        "v0.10.0-blue": "1",
        "v0.10.0-green": "2",
      },
    },
    sizeBytes: 10 * MB,
    path: "/kuard",
    program: "kuard",
    implementation: kuard,
    ports: [8080],
    base: "alpine",
    isCommand: true,
  }),
  simpleImage({
    repositories: ["docker.io/stefanprodan/podinfo", "ghcr.io/stefanprodan/podinfo"],
    tags: { versions: "2.0-1:9 3.0-3:9 4.0:9 5.0-2:9 6.0-10:5 6.9:4" },
    sizeBytes: 26 * MB,
    path: "/home/app/podinfo",
    program: "podinfo",
    implementation: podinfo,
    ports: [9898, 9999],
    base: "alpine",
    user: "100",
    isCommand: true,
    env: (version) => ({ PODINFO_VERSION: version }),
  }),
  simpleImage({
    repositories: ["quay.io/brancz/prometheus-example-app", "ghcr.io/rhobs/prometheus-example-app"],
    tags: { versions: "0.1-5:0", prefix: "v" },
    sizeBytes: 8 * MB,
    path: "/bin/prometheus-example-app",
    program: "prometheus-example-app",
    implementation: exampleApp,
    ports: [8080],
    base: "distroless",
    env: (version) => ({ APP_VERSION: `v${version}` }),
  }),
  simpleImage({
    repositories: ["docker.io/paulbouwer/hello-kubernetes"],
    tags: { versions: "1.0-10" },
    sizeBytes: 32 * MB,
    path: "/usr/bin/hello-kubernetes",
    program: "hello-kubernetes",
    implementation: helloKubernetes,
    ports: [8080],
    base: "alpine",
  }),
  simpleImage({
    repositories: [
      "docker.io/kodekloud/webapp-color",
      "docker.io/mmumshad/simple-webapp-color",
      "docker.io/mmumshad/webapp-color",
    ],
    tags: { versions: "1-3", prefix: "optional" },
    sizeBytes: 30 * MB,
    path: "/opt/app.py",
    program: "webapp-color",
    implementation: webappColor,
    ports: [8080],
    base: "alpine",
  }),
  simpleImage({
    repositories: ["docker.io/kodekloud/event-simulator", "docker.io/mmumshad/event-simulator"],
    tags: { versions: "1-2", prefix: "optional" },
    sizeBytes: 30 * MB,
    path: "/log-generator.py",
    program: "event-simulator",
    implementation: eventSimulator,
    ports: [],
    base: "alpine",
  }),
  simpleImage({
    repositories: ["docker.io/tutum/hello-world"],
    tags: ANY_VERSION,
    sizeBytes: 17 * MB,
    path: "/run.sh",
    program: "tutum-hello",
    implementation: tutumHello,
    ports: [80],
    base: "alpine",
  }),
  simpleImage({
    repositories: ["docker.io/strm/helloworld-http"],
    tags: ANY_VERSION,
    sizeBytes: 50 * MB,
    path: "/main.py",
    program: "strm-hello",
    implementation: strmHello,
    ports: [80],
    base: "alpine",
  }),
  simpleImage({
    repositories: ["docker.io/luksa/kubia"],
    tags: { versions: "1-4", prefix: "optional", variants: "unhealthy|pet|pet-sts|pet-peers" },
    sizeBytes: 250 * MB,
    path: "/app.js",
    program: "kubia",
    implementation: kubia,
    ports: [8080],
    base: "alpine",
  }),
];
