/** The pages for people. Clients of clusters do not get them at the same paths. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestSandbar } from "./sandbar.ts";

const PAGES = join(import.meta.dirname, "../../pages");
const HTML = { accept: "text/html,application/xhtml+xml" };

test("a request without a credential gets a page at the root", async () => {
  const sandbar = new TestSandbar();
  for (const headers of [HTML, { accept: "*/*" }, {}]) {
    const { status, headers: sent, text } = await sandbar.call("/", { headers });
    expect([status, sent.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(text).toContain("<h1>Sandbar</h1>");
  }
});

test("clients of a cluster get at the root what an API server answers", async () => {
  const sandbar = new TestSandbar();
  const key = await sandbar.organization();
  const token = await sandbar.adminOf(key, await sandbar.cluster(key));
  for (const headers of [{}, { accept: "application/json, */*" }, HTML]) {
    expect((await sandbar.call("/", { token, headers })).body.paths).toContain("/api/v1");
  }
  const anonymous = await sandbar.call("/", { headers: { accept: "application/json, */*" } });
  expect([anonymous.status, anonymous.body.reason]).toEqual([403, "Forbidden"]);
  expect((await sandbar.call("/", { token: "nonsense" })).status).toBe(401);
});

test("pages may load files of their own origin only", async () => {
  const sandbar = new TestSandbar();
  for (const path of ["/", "/docs", "/docs/", "/docs/docs.js", "/docs/docs.css"]) {
    const { status, headers } = await sandbar.call(path, { headers: HTML });
    expect([path, status]).toEqual([path, 200]);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    const policy = headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  }
  for (const file of ["index.html", "docs/index.html"]) {
    const text = await readFile(join(PAGES, file), "utf8");
    expect(text).not.toMatch(/<style|style=|onload|<script>|https?:\/\//);
    for (const [, link] of text.matchAll(/(?:href|src)="([^"]+)"/g)) expect(link).toMatch(/^(\/|data:,$)/);
  }
});

test("the reference serves only its own files, read-only", async () => {
  const sandbar = new TestSandbar();
  for (const path of ["/docs/nothing.js", "/docs/..%2fv3%2findex.json", "/docs/a/b", "/docs/%00"]) {
    expect([path, (await sandbar.call(path)).status]).toEqual([path, 404]);
  }
  const posted = await sandbar.call("/docs", { method: "POST", body: {} });
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const { headers } = await sandbar.call("/docs");
  const again = await sandbar.call("/docs", { headers: { "if-none-match": headers.get("etag")! } });
  expect([again.status, again.text]).toEqual([304, ""]);
  expect((await sandbar.call("/docs", { method: "HEAD" })).text).toBe("");
});
