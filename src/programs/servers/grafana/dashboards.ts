/**
 * Dashboards: files of the folders that provisioning names, and dashboards that clients save. Files are read when a
 * client asks, because Grafana reads them again every few seconds.
 * Source: github.com/grafana/grafana pkg/api/dashboard.go, search.go, pkg/services/provisioning/dashboards
 */
import { parse } from "yaml";
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { MAX_SAVED_DASHBOARDS } from "../../../lib/container-limits.ts";
import { fnv1a32 } from "../../../lib/hash.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, json, parameters } from "../http.ts";
import { contentOf, type HttpRequest } from "../server.ts";
import { namesIn, provisioningFolder } from "./provisioning.ts";

export interface Dashboard {
  uid: string;
  title: string;
  slug: string;
  tags: readonly string[];
  /** Title of its folder; "": the general one. */
  folder: string;
  isProvisioned: boolean;
  content: JsonObject;
}

/** Octets of a dashboard that are read in one step. */
const OCTETS_PER_STEP = 4096;

/** All dashboards by title. */
export function dashboardsOf(process: ProcessView): Dashboard[] {
  const found = new Map<string, Dashboard>();
  for (const { folder, path } of providersOf(process)) {
    for (const file of filesBelow(process, path)) {
      const text = contentOf(process, file) ?? "";
      process.charge(Math.ceil(text.length / OCTETS_PER_STEP));
      const content = parseJsonObject(textOfBytes(text));
      if (content) add(found, dashboardOf(content, { fallback: file, folder, isProvisioned: true }));
    }
  }
  for (const content of savedIn(process))
    add(found, dashboardOf(content, { fallback: "", folder: "", isProvisioned: false }));
  return [...found.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
}

function add(found: Map<string, Dashboard>, dashboard: Dashboard): void {
  if (!found.has(dashboard.uid)) found.set(dashboard.uid, dashboard);
}

function providersOf(process: ProcessView): { folder: string; path: string }[] {
  const within = provisioningFolder(process, "dashboards");
  return namesIn(process, within).flatMap((name) => {
    const document = parse(textOfBytes(contentOf(process, `${within}/${name}`) ?? "")) as JsonValue;
    const providers = isJsonObject(document) && Array.isArray(document["providers"]) ? document["providers"] : [];
    return providers.filter(isJsonObject).flatMap(({ folder, options }) => {
      const path = isJsonObject(options) ? (options["path"] ?? options["folder"]) : undefined;
      return typeof path === "string" ? [{ folder: typeof folder === "string" ? folder : "", path }] : [];
    });
  });
}

const MAX_DEPTH = 3;

function filesBelow(process: ProcessView, folder: string, depth = 0): string[] {
  if (depth > MAX_DEPTH) return [];
  try {
    if (process.files.find(folder)?.type !== "directory") return [];
    return process.files.list(folder).flatMap((name) => {
      const path = `${folder.replace(/\/+$/, "")}/${name}`;
      // Names with two dots are the versions of a mounted ConfigMap.
      if (name.startsWith("..")) return [];
      if (name.endsWith(".json")) return [path];
      return process.files.find(path)?.type === "directory" ? filesBelow(process, path, depth + 1) : [];
    });
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function dashboardOf(
  content: JsonObject,
  { fallback, folder, isProvisioned }: { fallback: string; folder: string; isProvisioned: boolean },
): Dashboard {
  const title = String(content["title"] ?? "");
  const tags = Array.isArray(content["tags"]) ? content["tags"].map(String) : [];
  const uid = String(content["uid"] || fnv1a32(`${fallback}${title}`).toString(36));
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return { uid, title, slug, tags, folder, isProvisioned, content };
}

/** Where Grafana keeps its database. */
function databaseOf({ env }: ProcessView): string {
  return `${(env["GF_PATHS_DATA"] ?? "/var/lib/grafana").replace(/\/+$/, "")}/grafana.db`;
}

function savedIn(process: ProcessView): JsonObject[] {
  const stored = parseJsonObject(textOfBytes(contentOf(process, databaseOf(process)) ?? ""));
  const dashboards = stored?.["dashboards"];
  return Array.isArray(dashboards) ? dashboards.filter(isJsonObject) : [];
}

/** The refusal if they cannot be kept. */
function save(process: ProcessView, dashboards: readonly JsonObject[]): HttpAnswer | undefined {
  try {
    process.files.write(databaseOf(process), bytesOfText(JSON.stringify({ dashboards })));
    return undefined;
  } catch (error) {
    if (error instanceof FileError) return json(500, { message: `Failed to save dashboard: ${error.message}` });
    throw error;
  }
}

/** `/api/search` */
export function searchAnswer(process: ProcessView, query: string): HttpAnswer {
  const given = parameters(query);
  const text = textOfBytes(given.get("query")?.[0] ?? "").toLowerCase();
  const tags = (given.get("tag") ?? []).map(textOfBytes);
  const [type] = given.get("type") ?? [];
  const all = dashboardsOf(process);
  const chosen = all.filter(
    (each) => each.title.toLowerCase().includes(text) && tags.every((tag) => each.tags.includes(tag)),
  );
  const folders = tags.length === 0 ? foldersOf(all).filter((title) => title.toLowerCase().includes(text)) : [];
  const shown = [
    ...(type === "dash-db" ? [] : folders.map(folderJson)),
    ...(type === "dash-folder" ? [] : chosen.map(foundJson)),
  ];
  const limit = Number(given.get("limit")?.[0] ?? 1000);
  return json(200, shown.slice(0, limit > 0 ? limit : 1000));
}

function foldersOf(dashboards: readonly Dashboard[]): string[] {
  return [...new Set(dashboards.map(({ folder }) => folder))].filter((title) => title !== "").sort();
}

const folderUid = (title: string) => fnv1a32(`folder ${title}`).toString(36);

function folderJson(title: string): JsonObject {
  const uid = folderUid(title);
  return {
    id: fnv1a32(uid) % 10_000,
    uid,
    title,
    url: `/dashboards/f/${uid}/${title.toLowerCase()}`,
    type: "dash-folder",
    tags: [],
  };
}

function foundJson({ uid, title, slug, tags, folder }: Dashboard): JsonObject {
  const inFolder = folder === "" ? {} : { folderUid: folderUid(folder), folderTitle: folder };
  return {
    ...{ id: fnv1a32(uid) % 10_000, uid, orgId: 1, title, uri: `db/${slug}`, url: `/d/${uid}/${slug}`, slug: "" },
    ...{ type: "dash-db", tags: [...tags], isStarred: false, ...inFolder, sortMeta: 0, isDeleted: false },
  };
}

/** `/api/dashboards/…`; undefined for unknown paths. */
export function dashboardAnswer(process: ProcessView, request: HttpRequest, path: string): HttpAnswer | undefined {
  if (path === "/dashboards/db" && request.method === "POST") return addDashboard(process, request);
  const uid = /^\/dashboards\/uid\/([^/]+)$/.exec(path)?.[1];
  if (uid === undefined) return path === "/folders" ? folderList(process) : undefined;
  const found = dashboardsOf(process).find((each) => each.uid === uid);
  if (!found) return json(404, { message: "Dashboard not found", messageId: "dashboards.notFound", traceID: "" });
  if (request.method === "DELETE") return removeDashboard(process, found);
  const { slug, folder, isProvisioned, content } = found;
  const meta = {
    ...{ type: "db", canSave: true, canEdit: true, canAdmin: true, canStar: true, canDelete: true, slug },
    ...{ url: `/d/${uid}/${slug}`, version: 1, folderTitle: folder || "Dashboards", provisioned: isProvisioned },
  };
  return json(200, { meta, dashboard: { ...content, uid } });
}

function folderList(process: ProcessView): HttpAnswer {
  const folders = foldersOf(dashboardsOf(process)).map((title) => ({ uid: folderUid(title), title }));
  return json(200, folders);
}

function addDashboard(process: ProcessView, { body }: HttpRequest): HttpAnswer {
  const given = parseJsonObject(textOfBytes(body));
  const dashboard = given?.["dashboard"];
  if (!isJsonObject(dashboard)) return json(400, { message: "bad request data" });
  const { title, uid: asked } = dashboard;
  if (typeof title !== "string" || title === "") {
    return json(400, { message: "Dashboard title cannot be empty", status: "empty-name" });
  }
  const uid = typeof asked === "string" && asked !== "" ? asked : fnv1a32(`${title} ${process.random()}`).toString(36);
  const known = dashboardsOf(process).find((each) => each.uid === uid);
  if (known?.isProvisioned) return json(400, { message: "Cannot save provisioned dashboard" });
  if (known && given?.["overwrite"] !== true) {
    const message = "A dashboard with the same uid already exists";
    return json(412, { message, status: "name-exists" });
  }
  const others = savedIn(process).filter((each) => each["uid"] !== uid);
  if (others.length >= MAX_SAVED_DASHBOARDS) return json(403, { message: "Quota reached" });
  const refusal = save(process, [...others, { ...dashboard, uid }]);
  if (refusal) return refusal;
  const { slug } = dashboardOf(dashboard, { fallback: "", folder: "", isProvisioned: false });
  const id = fnv1a32(uid) % 10_000;
  return json(200, { folderUid: "", id, slug, status: "success", uid, url: `/d/${uid}/${slug}`, version: 1 });
}

function removeDashboard(process: ProcessView, { uid, title, isProvisioned }: Dashboard): HttpAnswer {
  if (isProvisioned) return json(400, { message: "provisioned dashboard cannot be deleted" });
  const refusal = save(
    process,
    savedIn(process).filter((each) => each["uid"] !== uid),
  );
  return refusal ?? json(200, { message: `Dashboard ${title} deleted`, title, uid });
}
