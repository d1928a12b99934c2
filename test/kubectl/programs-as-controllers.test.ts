/** Runs the examples of docs/programs-as-controllers.md unchanged, with curl, jq, openssl and kubectl. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { describeNewestKubectl } from "./harness.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/programs-as-controllers.md"), "utf8");
const [HELPERS = "", CONTROLLER = "", WEBHOOK = ""] = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)].map(
  ([, text]) => text,
);

function isHere(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}

const hasTools = ["jq", "openssl", "curl"].every(isHere);

describeNewestKubectl("controllers and webhooks as scripts", (session) => {
  async function follow(example: string) {
    const { url, authorityPem } = inject("sandbar");
    const { kubectl, apiKey, write, runProgram } = session();
    await write("ca.pem", authorityPem);
    const prelude = `set -euo pipefail\nurl='${url}'\nkey='${apiKey}'\nkubectl() { '${kubectl.path}' "$@"; }\n`;
    await write("script.sh", prelude + HELPERS + example);
    return await runProgram("/bin/bash", "script.sh");
  }

  it.runIf(hasTools)(
    "a controller in a shell makes an object and writes a status",
    async () => {
      const { stdout, stderr, exitCode } = await follow(CONTROLLER);
      expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 });
      expect(stdout).toMatch(/^<h1>Welcome<\/h1>$/m);
      expect(stdout).toMatch(/^NAME +SHOWS\nhome +Hello$/m);
      expect(stdout).toMatch(/^controller starts\nconfigmap\/page-home created\npage\.example\.com\/home patched$/m);
    },
    240_000,
  );

  it.runIf(hasTools)(
    "a webhook in Node.js refuses and labels pods",
    async () => {
      const { stdout, stderr, exitCode } = await follow(WEBHOOK);
      expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 });
      expect(stderr).toContain(
        'admission webhook "tags.example.com" denied the request: container web: name a tag of the image',
      );
      expect(stdout).toMatch(/^refused$/m);
      expect(stdout).toMatch(/checked=yes,run=web$/m);
      expect(stdout).toMatch(/^listening\nCREATE shop web\nCREATE shop web$/m);
    },
    240_000,
  );
});
