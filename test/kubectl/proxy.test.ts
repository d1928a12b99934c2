/** `kubectl proxy`: the API for tools without credentials, and the API server's own proxies behind it. */
import { expect, it } from "vitest";
import { describeEveryKubectl } from "./harness.ts";

describeEveryKubectl(
  "proxy",
  (session) => {
    it("serves the API, files, and the proxies of pods, Services and nodes", async () => {
      const { ok, start, write } = session();
      await ok("create deployment web --image=nginx");
      await ok("expose deployment web --port=8080 --target-port=80 --name=web");
      await ok("create service clusterip empty --tcp=80");
      await ok("rollout status deployment/web --timeout=60s");
      await write("index.html", "a page\n");
      const proxy = await start("proxy --port=0 --www=.", /Starting to serve on (127\.0\.0\.1:\d+)\n/);
      const base = `http://${proxy.match[1]}`;
      const get = async (path: string, init: RequestInit = {}) => {
        const reply = await fetch(`${base}${path}`, init);
        return { status: reply.status, text: await reply.text(), headers: reply.headers };
      };
      const message = async (path: string) => (JSON.parse((await get(path)).text) as { message: string }).message;
      const services = "/api/v1/namespaces/default/services";

      expect((await get("/static/index.html")).text).toBe("a page\n");
      expect(JSON.parse((await get("/api/v1/namespaces/default/pods")).text)).toMatchObject({ kind: "PodList" });
      expect((await get("/version")).status).toBe(200);
      for (const name of ["web", "web:8080", "http:web:8080"]) {
        expect((await get(`${services}/${name}/proxy/`)).text).toContain("Welcome to nginx!");
      }
      const redirect = await get(`${services}/web:8080/proxy`, { redirect: "manual" });
      expect(redirect.status).toBe(301);
      expect(redirect.headers.get("location")).toBe(`${services}/web:8080/proxy/`);
      expect((await get(`${services}/web:8080/proxy/missing`)).status).toBe(404);
      const pod = (await ok("get pods -l app=web -o name")).trim().replace("pod/", "");
      expect((await get(`/api/v1/namespaces/default/pods/${pod}:80/proxy/`)).text).toContain("Welcome to nginx!");
      expect((await get("/api/v1/nodes/node-1/proxy/healthz")).text).toBe("ok");
      expect(await message(`${services}/empty/proxy/`)).toBe('no endpoints available for service "empty"');
      expect(await message(`${services}/web:81/proxy/`)).toBe('no service port 81 found for service "web"');
      expect(await message(`${services}/no:80/proxy/`)).toBe('services "no" not found');
      expect(await message(`/api/v1/namespaces/default/pods/${pod}:81/proxy/`)).toMatch(
        /^error trying to reach service: dial tcp 10\.244\.\d+\.\d+:81: connect: connection refused$/,
      );
      // kubectl itself refuses paths that would open a shell.
      expect((await get(`/api/v1/namespaces/default/pods/${pod}/exec`)).status).toBe(403);
      const { exitCode } = await proxy.end();
      expect(exitCode).toBe(143);
      expect(await ok(`logs ${pod}`)).toMatch(/"GET \/ HTTP\/1\.1" 200 615 "-" /);
    });
  },
  { ends: true },
);
