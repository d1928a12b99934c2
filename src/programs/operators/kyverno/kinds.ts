/**
 * Kinds as policies write them: `Pod`, `apps/v1/Deployment`, `Pod/exec`, `*`.
 * Source: github.com/kyverno/kyverno pkg/utils/kube/kind.go
 */
import { matchesWildcard } from "./wildcard.ts";

/** Each part may have wildcards. The subresource is empty for the resource itself. */
export interface KindSelector {
  group: string;
  version: string;
  kind: string;
  subresource: string;
}

export interface RequestedKind {
  group: string;
  version: string;
  kind: string;
}

const VERSION = /^(v\d+((alpha|beta)\d+)?|\*)$/;

export function parseKind(text: string): KindSelector {
  const slashed = text.split("/");
  const [a = "", b = "", c = "", d = ""] = [...slashed.slice(0, -1), ...(slashed.at(-1) ?? "").split(".")];
  const any = { group: "*", version: "*", kind: a, subresource: "" };
  if (b === "") return any;
  if (c === "") {
    const isSubresource = (a === "*" && (b === "*" || b === b.toLowerCase())) || !VERSION.test(a);
    return isSubresource ? { ...any, subresource: b } : { ...any, version: a, kind: b };
  }
  if (d === "") {
    return VERSION.test(a)
      ? { ...any, version: a, kind: b, subresource: c }
      : { group: a, version: b, kind: c, subresource: "" };
  }
  return { group: a, version: b, kind: c, subresource: d };
}

/** The kind without its group, version and subresource. */
export function plainKind(text: string): string {
  return parseKind(text).kind;
}

export function matchesKind(kinds: readonly string[], requested: RequestedKind, subresource: string): boolean {
  return kinds.some((text) => {
    const wanted = parseKind(text);
    const isKind =
      matchesWildcard(wanted.group, requested.group) &&
      matchesWildcard(wanted.version, requested.version) &&
      matchesWildcard(wanted.kind, requested.kind);
    if (!isKind) return false;
    const isPod = requested.group === "" && requested.kind === "Pod";
    return matchesWildcard(wanted.subresource, subresource) || (isPod && subresource === "ephemeralcontainers");
  });
}
