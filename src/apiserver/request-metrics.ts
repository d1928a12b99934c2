/** The labels of a request in `apiserver_request_total`. */
import type { RequestCount, RequestHead } from "./request.ts";
import { virtualKindByPath } from "./virtual/index.ts";

/** Unknown names share one series, so that clients cannot create series. */
export function requestLabels(
  { method, query, info }: Pick<RequestHead, "method" | "query" | "info">,
  status: number,
  isServed: (group: string, version: string, resource: string) => boolean,
): RequestCount["labels"] {
  const shared = { code: String(status), component: "apiserver", dry_run: query.has("dryRun") ? "All" : "" };
  const verb = verbOf(method, info.verb);
  const elsewhere = { ...shared, group: "", resource: "", scope: "", subresource: "", verb, version: "" };
  if (!info.isResource) return elsewhere;
  const { group, version, resource } = info;
  const isKnown = isServed(group, version, resource) || virtualKindByPath(group, version, resource) !== undefined;
  if (!isKnown) return elsewhere;
  const scope = info.isNamed ? "resource" : info.namespace === "" ? "cluster" : "namespace";
  // An unknown subresource's name is arbitrary text.
  const subresource = status === 404 ? "" : info.subresource;
  return { ...shared, group, resource, scope, subresource, verb, version };
}

const VERBS = ["LIST", "WATCH", "DELETECOLLECTION"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

function verbOf(method: string, verb: string): string {
  const upper = verb.toUpperCase();
  if (VERBS.includes(upper)) return upper;
  return METHODS.includes(method) ? method : "OTHER";
}
