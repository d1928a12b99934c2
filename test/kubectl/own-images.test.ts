/** Runs the example of docs/own-images.md unchanged, with curl and kubectl. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { z } from "zod";
import { ApiClient } from "../../scripts/local/client.ts";
import { describeNewestKubectl } from "./harness.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/own-images.md"), "utf8");

describeNewestKubectl("an organization's own images", (session) => {
  it("the example of the page: logs, exec, a request from another pod, and a broken version", async () => {
    const { url, authorityPem } = inject("sandbar");
    const { kubectl, apiKey, write, runProgram } = session();
    await write("ca.pem", authorityPem);
    const [, commands = ""] = /^```sh\n(.*?)^```/ms.exec(PAGE) ?? [];
    const prelude = `set -euo pipefail\nurl='${url}'\nkey='${apiKey}'\nkubectl() { '${kubectl.path}' "$@"; }\n`;
    await write("script.sh", prelude + commands);
    const { stdout, stderr, exitCode } = await runProgram("/bin/bash", "script.sh");
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout.match(/"id":"img-/g)).toHaveLength(2);
    expect(stdout).toMatch(/^shop 1\.0 starts on shop-[\w-]+\ngoods are loaded$/m);
    expect(stdout).toMatch(/^Welcome to shop-[\w-]+$/m);
    expect(stdout).toMatch(/^server$/m);
    expect(stdout).toMatch(/^the new version is broken$/m);
  }, 180_000);

  it("a deleted image cannot be pulled again, and the pod that has it goes on", async () => {
    const { ok, run, apiKey } = session();
    const { url, authorityPem } = inject("sandbar");
    const api = new ApiClient(url, authorityPem);
    const list = await api.expectOk("/v1/images", { token: apiKey });
    const { items } = Images.parse(JSON.parse(list));
    const second = items.find(({ tags }) => tags.includes("2.0"));
    await api.expectOk(`/v1/images/${second?.id}`, { method: "DELETE", token: apiKey });
    api.close();
    await ok("run late --image=registry.example.com/team/shop:2.0 --image-pull-policy=Always");
    const path = "{.status.containerStatuses[0].state.waiting.reason}";
    const waited = await run(`wait pod/late --for=jsonpath=${path}=ErrImagePull --timeout=60s`);
    expect(waited).toMatchObject({ exitCode: 0 });
    expect(await ok("describe pod late")).toContain("registry.example.com/team/shop:2.0: not found");
    expect(await ok("exec deployment/shop -- cat /usr/local/bin/server")).toContain("no database");
  }, 120_000);
});

const Images = z.object({ items: z.array(z.object({ id: z.string(), tags: z.array(z.string()) })) });
