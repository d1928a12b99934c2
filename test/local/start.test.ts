import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient } from "../../scripts/local/client.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { type LocalCredentials, StartProcess } from "./start-process.ts";

describe("npm start", () => {
  let home: string;
  let port: number;
  let run: StartProcess;
  let first: LocalCredentials;

  const credentials = async () =>
    JSON.parse(await readFile(join(home, "credentials.json"), "utf8")) as LocalCredentials;
  const kubeconfig = () => readFile(join(home, "kubeconfig"), "utf8");
  const client = () => new ApiClient(`https://127.0.0.1:${port}`, readFileSync(join(home, "ca.pem"), "utf8"));
  const token = async () => /token: (\S+)/.exec(await kubeconfig())?.[1] ?? "";
  const configMaps = (clusterId: string) => `/clusters/${clusterId}/api/v1/namespaces/default/configmaps`;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "sandbar-home-"));
    port = await freePort();
    run = new StartProcess(home, port);
    await run.ready();
    first = await credentials();
  });
  afterAll(async () => {
    await run.end("SIGKILL");
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  it("creates a demo cluster and prints how to use it", async () => {
    expect(first).toEqual({
      url: `https://127.0.0.1:${port}`,
      adminToken: expect.stringMatching(/^.{40,}$/),
      apiKey: expect.stringMatching(/^.{20,}$/),
      caFile: join(home, "ca.pem"),
      clusterId: expect.any(String),
    });
    expect(run.output).toContain(`export KUBECONFIG=${join(home, "kubeconfig")}\n`);
    expect(run.output.trim().split("\n").at(-1)).toBe("Sandbar is ready");
    expect(await kubeconfig()).toContain(`server: ${first.url}/clusters/${first.clusterId}\n`);
  });

  it("prints its steps, and the address of the reference", () => {
    const steps = [...run.output.matchAll(/^ {2}✓ ([\w ]+)/gm)].map(([, title]) => title!.trim());
    expect(steps).toEqual([
      ...["API documents and pages", "Worker", "Certificates", "Database", "Migrations", "Server", "Demo cluster"],
    ]);
    for (const step of steps)
      expect(run.output.indexOf(`  … ${step}\n`)).toBeLessThan(run.output.indexOf(`  ✓ ${step}`));
    expect(run.output).toContain(`API reference: ${first.url}/docs\n`);
  });

  it("serves pages for people, and answers requests with a credential as an API server", async () => {
    const api = client();
    for (const path of ["/", "/docs", "/docs/swagger-ui-bundle.js", "/docs/docs.js"]) {
      expect([path, (await api.call(path)).status]).toEqual([path, 200]);
    }
    expect((await api.call("/")).text).toContain('<a href="/docs">');
    const asked = await api.call("/", { token: await token() });
    expect(JSON.parse(asked.text).paths).toContain("/apis/apps/v1");
    api.close();
  });

  it("writes secrets that other users of the machine cannot read", async () => {
    const names = await readdir(home, { recursive: true });
    expect(names).toEqual(expect.arrayContaining(["credentials.json", "kubeconfig", "ca-key.pem", "server-key.pem"]));
    for (const name of ["", ...names]) {
      // The database removes its own files while it runs.
      const found = await stat(join(home, name)).catch(() => null);
      if (found) expect((found.mode & 0o077).toString(8), name).toBe("0");
    }
  });

  it("leaves no lock when it fails", async () => {
    const other = await mkdtemp(join(tmpdir(), "sandbar-home-"));
    await writeFile(join(other, "postgres"), "no folder");
    const failed = new StartProcess(other, await freePort());
    expect(await failed.exited).toBe(1);
    expect((await readdir(other)).filter((name) => name.startsWith("lock"))).toEqual([]);
    await rm(other, { recursive: true });
  });

  it("refuses a second instance on the same data, and a port that is taken", async () => {
    const second = new StartProcess(home, await freePort());
    expect(await second.exited).toBe(1);
    expect(second.output).toContain(`Another Sandbar (process ${run.process.pid}) uses ${home}`);

    const other = await mkdtemp(join(tmpdir(), "sandbar-home-"));
    const blocker = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => blocker.once("listening", resolve));
    const address = blocker.address();
    const taken = typeof address === "object" && address ? address.port : 0;
    const third = new StartProcess(other, taken);
    expect(await third.exited).toBe(1);
    expect(third.output).toContain(`Port ${taken} is taken by another program. Set PORT to a free one.`);
    blocker.close();
    await rm(other, { recursive: true });
  });

  it("keeps all commits after a kill -9", async () => {
    const api = client();
    const created = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `kept-${index}` } };
        return await api.call(configMaps(first.clusterId), { method: "POST", token: await token(), body });
      }),
    );
    expect(new Set(created.map(({ status }) => status))).toEqual(new Set([201]));
    api.close();
    await run.end("SIGKILL");

    run = new StartProcess(home, port);
    await run.ready();
    // Nothing has changed, so nothing is built or created again.
    expect(run.output).toContain("✓ API documents and pages: unchanged");
    expect(run.output).toContain("✓ Worker: unchanged");
    expect(run.output).toContain("✓ Migrations: up to date");
    expect(await credentials()).toEqual(first);
    const list = await client().expectOk(configMaps(first.clusterId), { token: await token() });
    for (let index = 0; index < 20; index++) expect(list).toContain(`"name":"kept-${index}"`);
  });

  it("ends cleanly by SIGTERM and SIGINT, and keeps everything", async () => {
    const before = await kubeconfig();
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      expect(await run.end(signal)).toBe(0);
      await expect(stat(join(home, "lock"))).rejects.toThrow("ENOENT");
      run = new StartProcess(home, port);
      await run.ready();
    }
    expect(await credentials()).toEqual(first);
    expect(await kubeconfig()).toBe(before);
    expect(await client().expectOk(configMaps(first.clusterId), { token: await token() })).toContain('"name":"kept-0"');
  });
});
