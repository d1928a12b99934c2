/** Demo servers whose script lies in the image: courses look at its process and its log. */
import { MB, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { ANY_VERSION } from "../simple.ts";
import { executables, file } from "../tree.ts";

interface NodeDemo {
  repositories: readonly string[];
  port: number;
  /** Path of the script, and the command that runs it. */
  script: string;
  cmd: readonly string[];
  workingDir: string;
  /** The answer to every request, and the log's first line. */
  page: string;
  greeting?: string;
}

function nodeDemo({ repositories, port, script, cmd, workingDir, page, greeting }: NodeDemo): ImageFamily {
  const source = [
    "const http = require('http');",
    `const answer = ${JSON.stringify(page)};`,
    "const server = http.createServer((request, response) => {",
    "  response.writeHead(200);",
    "  response.end(answer);",
    "});",
    `server.listen(${port});`,
    ...(greeting === undefined ? [] : [`console.log(${JSON.stringify(greeting)});`]),
    "",
  ];
  return {
    repositories,
    tags: ANY_VERSION,
    image: () =>
      onDebian("bookworm", {
        sizeBytes: 250 * MB,
        workingDir,
        cmd: [...cmd],
        ports: [port],
        env: { NODE_VERSION: "20.20.0" },
        files: {
          ...executables("/usr/local/bin", "node npm"),
          ...executables("/usr/bin", "curl ps"),
          [script]: file(source.join("\n")),
        },
      }),
  };
}

export const DEMO_SCRIPTS: readonly ImageFamily[] = [
  nodeDemo({
    repositories: ["gcr.io/google-samples/node-hello", "us-docker.pkg.dev/google-samples/containers/gke/node-hello"],
    port: 8080,
    script: "/server.js",
    cmd: ["/bin/sh", "-c", "node server.js"],
    workingDir: "/",
    page: "Hello Kubernetes!",
  }),
  nodeDemo({
    repositories: ["docker.io/bmuschko/nodejs-hello-world"],
    port: 3000,
    script: "/usr/src/app/app.js",
    cmd: ["node", "app.js"],
    workingDir: "/usr/src/app",
    page: "Hello World",
    greeting: "Magic happens on port 3000",
  }),
];
