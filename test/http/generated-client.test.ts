/** A client that is generated from the document compiles with the README's calls, and these calls succeed. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import createClient from "openapi-fetch";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentOf, type OpenApiDocument } from "./openapi-document.ts";
import { ADMIN_TOKEN, TestSandbar } from "./sandbar.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Time for the compiler to start and read the standard library. */
const COMPILE_TIMEOUT_MS = 300_000;

const sandbar = new TestSandbar();
let folder: string;
let document: OpenApiDocument;

beforeAll(async () => {
  // Below the project's folder, so that imports of packages resolve.
  folder = await mkdtemp(join(ROOT, "node_modules/.generated-client-"));
  document = await documentOf(sandbar);
  await writeFile(join(folder, "api.d.ts"), astToString(await openapiTS(JSON.stringify(document))));
});
afterAll(() => rm(folder, { recursive: true }));

interface Call {
  method: string;
  /** The path as in the document. */
  path: string;
  query: Record<string, string>;
  body: unknown;
}

/** The calls of the README's shell blocks, in order. */
async function readmeCalls(): Promise<Call[]> {
  const readme = (await readFile(join(ROOT, "README.md"), "utf8")).replaceAll("\\\n", " ");
  const found = readme.matchAll(/api -H [^\n]*?\$url(\/v1\/[^\s"]+)"?(?:[^\n']*-d '([^']*)')?/g);
  return [...found].map(([text, address = "", json]) => {
    const { pathname, searchParams } = new URL(address, "https://sandbar.test");
    const path = decodeURI(pathname).replaceAll("$cluster", "{clusterId}");
    const method = /-X (\w+)/.exec(text)?.[1] ?? (json === undefined ? "GET" : "POST");
    return { method, path, query: Object.fromEntries(searchParams), body: json && JSON.parse(json) };
  });
}

function literal({ path, query, body }: Call, ids: object): Record<string, unknown> {
  const params = {
    ...(path.includes("{") && { path: ids }),
    ...(Object.keys(query).length > 0 && { query }),
  };
  return {
    ...(Object.keys(params).length > 0 && { params }),
    ...(body !== undefined && { body }),
    ...(path.endsWith("/kubeconfig") && { parseAs: "text" }),
  };
}

/**
 * The compiler's errors for modules that use the generated types, by module. All are compiled at once, because most of the
 * time goes into the types of the standard library and the API.
 */
async function complaints(modules: Record<string, string>): Promise<Record<string, string[]>> {
  const head = 'import createClient from "openapi-fetch";\nimport type { paths } from "./api";\n';
  const client = 'const client = createClient<paths>({ baseUrl: "https://sandbar.test" });\n';
  const files = Object.entries(modules).map(([name, source]) => ({ name, path: join(folder, `${name}.ts`), source }));
  for (const { path, source } of files) await writeFile(path, `${head}${client}${source}\nexport {};`);
  const program = ts.createProgram(
    files.map(({ path }) => path),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      types: [],
      strict: true,
      noEmit: true,
    },
  );
  const general = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  expect(general.map(({ messageText }) => messageText)).toEqual([]);
  const ofFile = (path: string) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ file, start = 0, messageText }) => {
      const line = file?.text.split("\n")[file.getLineAndCharacterOfPosition(start).line];
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  return Object.fromEntries(files.map(({ name, path }) => [name, ofFile(path)]));
}

const USES_OF_ANSWERS = `
  const query = await client.POST("/v1/query", { body: { cel: "pods.size()" } });
  for (const { clusterId, value, error } of query.data?.rows ?? []) console.log(clusterId.length, value, error ?? "");
  const next: string | null | undefined = query.data?.nextCursor;
  const created = await client.POST("/v1/clusters", { body: {}, params: { header: { "idempotency-key": "a" } } });
  if (created.error) {
    if (created.error.code === "limit_reached") console.log(created.error.detail, next);
  } else console.log(created.data.server, created.data.nodes.toFixed());`;

const checkWith = (check: string) =>
  `await client.POST("/v1/clusters/{clusterId}/checks", { params: { path: { clusterId: "c1" } }, body: { checks: [${check}] } });`;

test(
  "the README's calls and the use of their answers compile, and requests that the API refuses do not",
  async () => {
    const calls = await readmeCalls();
    expect(calls.length).toBeGreaterThan(8);
    const lines = calls.map(
      (call) => `await client.${call.method}("${call.path}", ${JSON.stringify(literal(call, { clusterId: "c1" }))});`,
    );
    const refused = [
      checkWith('{ name: "nothing is asked" }'),
      checkWith('{ celery: "true" }'),
      'await client.GET("/v1/clusters", { params: { query: { labels: "a" } } });',
      'await client.POST("/v1/clusters", { body: { nodes: "3" } });',
      'await client.PUT("/v1/clusters", {});',
    ];
    const { readme, uses, check, bad } = await complaints({
      readme: lines.join("\n"),
      uses: USES_OF_ANSWERS,
      check: checkWith('{ cel: "true" }'),
      bad: refused.join("\n"),
    });
    expect({ readme, uses, check }).toEqual({ readme: [], uses: [], check: [] });
    expect(refused.filter((line) => !bad!.some((complaint) => complaint.startsWith(line)))).toEqual([]);
  },
  COMPILE_TIMEOUT_MS,
);

test("the README's calls succeed with it", async () => {
  const ids = { clusterId: "" };
  let key = "";
  const client = createClient({
    baseUrl: "https://sandbar.test",
    fetch: async (request: Request) => {
      const { pathname, search } = new URL(request.url);
      const token = pathname === "/v1/organizations" ? ADMIN_TOKEN : key;
      const body = request.method === "POST" ? await request.text() : undefined;
      return sandbar.raw(`${pathname}${search}`, { method: request.method, token, body });
    },
  }) as unknown as {
    request(method: string, path: string, init: object): Promise<{ response: Response; data?: unknown }>;
  };
  for (const call of await readmeCalls()) {
    // Some calls wait on the test's clock, which must be advanced meanwhile.
    const answered = client.request(call.method, call.path, literal(call, { ...ids }));
    const { response, data } = await sandbar.clock.until(answered);
    expect([call.method, call.path, response.ok]).toEqual([call.method, call.path, true]);
    if (call.path === "/v1/organizations") key = (data as { apiKey: { key: string } }).apiKey.key;
    if (call.path === "/v1/clusters" && call.method === "POST") ids.clusterId = (data as { id: string }).id;
  }
});
