/**
 * The location blocks that ingress-nginx writes for the paths of a host, and nginx's choice among them.
 * Source: kubernetes/ingress-nginx internal/ingress/controller/location.go, template/template.go (`buildLocation`)
 */
import type { IngressPath } from "../../../../lib/edge/ingress-rules.ts";
import { groupsOf } from "../../nginx/select.ts";
import { bestMatch } from "../match.ts";

/** The location for a path; undefined if none matches. Canaries have no location of their own. */
export function findLocation(paths: readonly IngressPath[], uri: string): IngressPath | undefined {
  const usable = paths.filter((path) => path.backend && path.annotations["canary"] !== "true");
  return usesRegex(usable) ? byPattern(usable, uri) : byPrefix(usable, uri);
}

/** One Ingress with patterns or a rewrite makes patterns of all paths of its host. */
function usesRegex(paths: readonly IngressPath[]): boolean {
  return paths.some(({ annotations, path }) => {
    const target = annotations["rewrite-target"];
    return annotations["use-regex"] === "true" || (target !== undefined && target !== path);
  });
}

/** The first pattern that matches, the longest path first. Patterns ignore case. */
function byPattern(paths: readonly IngressPath[], uri: string): IngressPath | undefined {
  const ordered = paths.toSorted((a, b) => b.path.length - a.path.length || (a.path > b.path ? -1 : 1));
  return ordered.find(({ path }) => groupsOf(`(?i)^${path}`, uri) !== undefined);
}

/** The longest location. Paths of the type ImplementationSpecific match by characters, not by elements. */
function byPrefix(paths: readonly IngressPath[], uri: string): IngressPath | undefined {
  const exact = paths.find(({ path, type }) => type === "Exact" && path === uri);
  if (exact) return exact;
  const plain = paths.filter(({ type }) => type !== "Exact");
  const byCharacters = plain.filter(({ type, path }) => type === "ImplementationSpecific" && uri.startsWith(path));
  const longest = byCharacters.toSorted((a, b) => b.path.length - a.path.length)[0];
  const prefix = bestMatch(
    plain.filter(({ type }) => type === "Prefix"),
    uri,
  );
  if (!longest || !prefix) return longest ?? prefix;
  return longest.path.length > prefix.path.length ? longest : prefix;
}
