/** Pages for browsers: a plain one with the result of a query, the targets and the alerts. */
import { bytesOfText } from "../../lib/bytes.ts";
import { isJsonObject, type JsonValue } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { type HttpAnswer, parameters, text } from "../servers/http.ts";
import { ApiProblem } from "./api/endpoint.ts";
import { query } from "./api/query.ts";
import { alerts } from "./api/rules.ts";
import { targets } from "./api/targets.ts";

const TITLE = "Prometheus Time Series Collection and Processing Server";

const escaped = (value: unknown) =>
  String(value).replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!);

const PAGES: Readonly<Record<string, (process: ProcessView, parameters: Map<string, string[]>) => string>> = {
  query: queryPage,
  graph: queryPage,
  targets: (process) =>
    listOf("Targets", () => targets.answer({ process, parameters: new Map(), groups: [] }), "activeTargets"),
  alerts: (process) => listOf("Alerts", () => alerts.answer({ process, parameters: new Map(), groups: [] }), "alerts"),
};

export function page(process: ProcessView, path: string, queryText: string, prefix: string): HttpAnswer {
  if (path === "/") {
    const contentType = "text/html; charset=utf-8";
    return text(302, '<a href="/query">Found</a>.\n\n', { contentType, headers: { location: `${prefix}/query` } });
  }
  const build = PAGES[path.slice(1)];
  if (!build) return text(404, "404 page not found\n");
  const menu = ["query", "alerts", "targets"].map((name) => `<a href="${prefix}/${name}">${name}</a>`).join(" ");
  const html = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${TITLE}</title></head>\n<body><h1>Prometheus</h1><nav>${menu}</nav>\n${build(process, parameters(queryText))}</body></html>\n`;
  return text(200, bytesOfText(html), { contentType: "text/html; charset=utf-8" });
}

function queryPage(process: ProcessView, given: Map<string, string[]>): string {
  const expression = given.get("g0.expr")?.[0] ?? given.get("query")?.[0] ?? "";
  const form = `<form><input name="g0.expr" size="80" value="${escaped(expression)}"><button>Execute</button></form>\n`;
  if (expression === "") return form;
  const result = attempt(() => query.answer({ process, parameters: new Map([["query", [expression]]]), groups: [] }));
  return `${form}<pre>${escaped(typeof result === "string" ? result : JSON.stringify(result, null, 2))}</pre>\n`;
}

function listOf(title: string, read: () => JsonValue, key: string): string {
  const data = attempt(read);
  const items = isJsonObject(data) && Array.isArray(data[key]) ? data[key] : [];
  const rows = items.map((item) => `<li><pre>${escaped(JSON.stringify(item, null, 2))}</pre></li>`);
  return `<h2>${title}</h2><ul>${rows.join("\n")}</ul>\n`;
}

function attempt(read: () => JsonValue): JsonValue {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiProblem) return error.message;
    throw error;
  }
}
