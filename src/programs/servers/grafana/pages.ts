/** Pages for browsers: the login, the list of dashboards, and a dashboard's panels as a list. */
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, text } from "../http.ts";
import { dashboardsOf } from "./dashboards.ts";

const escaped = (value: string) =>
  value.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!);

function page(status: number, title: string, content: string): HttpAnswer {
  const head = `<head><meta charset="utf-8"><title>${escaped(title)}</title></head>`;
  const html = `<!DOCTYPE html>\n<html lang="en">${head}<body>${content}</body></html>\n`;
  return text(status, bytesOfText(html), { contentType: "text/html; charset=UTF-8" });
}

export function loginPage(): HttpAnswer {
  const form = '<form action="/login" method="post"><input name="user"><input name="password" type="password"></form>';
  return page(200, "Grafana", `<h1>Welcome to Grafana</h1>${form}`);
}

/** `/`, `/dashboards` and `/d/<uid>`. */
export function browserPage(process: ProcessView, path: string): HttpAnswer {
  const dashboards = dashboardsOf(process);
  const uid = /^\/d\/([^/]+)/.exec(path)?.[1];
  const found = dashboards.find((each) => each.uid === uid);
  if (found) {
    const panels = panelsOf(found.content["panels"]).map((title) => `<li>${escaped(title)}</li>`);
    return page(200, `${found.title} - Grafana`, `<h1>${escaped(found.title)}</h1><ul>${panels.join("\n")}</ul>`);
  }
  if (path !== "/" && path !== "/dashboards") return page(404, "Grafana", "<h1>Page not found</h1>");
  const links = dashboards.map(
    ({ uid: id, slug, title }) => `<li><a href="/d/${id}/${slug}">${escaped(title)}</a></li>`,
  );
  return page(200, "Dashboards - Grafana", `<h1>Dashboards</h1><ul>${links.join("\n")}</ul>`);
}

/** Titles of the panels, with those inside of rows. */
function panelsOf(panels: JsonValue | undefined): string[] {
  if (!Array.isArray(panels)) return [];
  return panels
    .filter(isJsonObject)
    .flatMap(({ title, panels: inner }) => [
      ...(typeof title === "string" && title !== "" ? [title] : []),
      ...panelsOf(inner),
    ]);
}
