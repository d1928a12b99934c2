/** Runs the README's commands unchanged, except for addresses and folders. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { describeEveryKubectl, type KubectlSession } from "./harness.ts";

const README = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
const WALK_TIMEOUT_MS = 180_000;

/** The shell blocks below a heading. */
function commandsBelow(heading: string): string {
  const section = README.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
  expect(blocks.length, `commands below "${heading}"`).toBeGreaterThan(0);
  return blocks.join("\n");
}

/** Runs a script in the session's folder and returns its output. A failing command fails the test. */
async function runScript(session: KubectlSession, script: string): Promise<string> {
  const { url, authorityPem, adminToken } = inject("sandbar");
  await session.write("ca.pem", authorityPem);
  await session.write("credentials.json", JSON.stringify({ url, adminToken }));
  const told = script
    .replace("cd .sandbar\n", "")
    .replace("url=https://127.0.0.1:8787\n", `url=${url}\n`)
    .replace(/^export KUBECONFIG=.*\n/m, "")
    // A watch ends with Ctrl-C, which a test cannot press.
    .replace(/ && kubectl get pods -w .*$/m, "")
    .replace(/ -it deployment\/web -- bash .*$/m, " deployment/web -- true")
    .replaceAll(" -it ", " -i ");
  const prelude = `set -euo pipefail\nkubectl() { '${session.kubectl.path}' "$@"; }\n`;
  await session.write("script.sh", prelude + told);
  const { stdout, stderr, exitCode } = await session.runProgram("/bin/bash", "script.sh");
  expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 });
  return stdout;
}

describeEveryKubectl(
  "the README",
  (session) => {
    it(
      "the first walk",
      async () => {
        // Older versions of kubectl have no exec over WebSockets.
        const [walk = "", containers = ""] = commandsBelow("A first walk").split(/^(?=kubectl create job)/m);
        const hasExec = session().isAtLeast("1.30");
        const printed = await runScript(session(), hasExec ? `${walk}\n${containers}` : walk);
        if (hasExec) {
          expect(printed).toContain("line 1\nline 2\nline 3\n");
          expect(printed.match(/<title>Welcome to nginx!<\/title>/g)).toHaveLength(2);
          expect(printed).toContain("5050\n");
        }
        expect(printed.match(/^node-[123] +Ready/gm)).toHaveLength(3);
        expect(printed.match(/deployment "web" successfully rolled out/g)).toHaveLength(2);
        expect(printed).toContain("deployment.apps/web rolled back");
        expect(printed).toContain("Scaled up replica set web-");
      },
      WALK_TIMEOUT_MS,
    );

    it(
      "the calls of a platform and a grader: an organization, its clusters, checks, and the deletion",
      async () => {
        const printed = await runScript(
          session(),
          `${commandsBelow("For platforms")}\n${commandsBelow("For graders")}`,
        );
        expect(printed).not.toContain("about:blank");
        expect(printed.match(/deployment\.apps\/web created/g)).toHaveLength(4);
        expect(printed).toContain('"labels":{"course":"k8s-101"}');
        expect(printed).toMatch(/"user":"anna","role":"student","groups":\["sandbar:students"\]/);
        for (const name of ["Three replicas", "No old Service", "On two nodes", "All run"]) {
          expect(printed).toContain(`"name":"${name}","passed":true`);
        }
        expect(printed).toMatch(/"name":"With a mistake","passed":false,.*"error":"Unknown variable: pod/);
        expect(printed.match(/"labels":{"course":"k8s-201"},"value":3/g)).toHaveLength(3);
      },
      WALK_TIMEOUT_MS,
    );
  },
  { ends: true },
);
