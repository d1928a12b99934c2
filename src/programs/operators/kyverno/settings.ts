/**
 * Kyverno's ConfigMap: resources and users that no policy concerns, and where its webhooks apply.
 * Source: github.com/kyverno/kyverno pkg/config/config.go
 */
import { isJsonObject, type JsonObject, parseJsonIfValid } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { find } from "../objects.ts";
import { type KindSelector, parseKind, type RequestedKind } from "./kinds.ts";
import type { RequestUser } from "./match.ts";
import { matchesWildcard } from "./wildcard.ts";

interface ResourceFilter extends KindSelector {
  namespace: string;
  name: string;
}

export interface Settings {
  filters: readonly ResourceFilter[];
  /** Patterns of users, groups, roles and cluster roles. */
  excluded: RequestUser & { usernames: readonly string[] };
  webhooks: { namespaceSelector: JsonObject; objectSelector: JsonObject; annotations: JsonObject; labels: JsonObject };
}

export function* readSettings(client: Client, process: ProcessView, namespace: string): Steps<Settings> {
  const name = process.env["INIT_CONFIG"] ?? "kyverno";
  const found = yield* find(client, `/api/v1/namespaces/${namespace}/configmaps/${name}`);
  const data = objectIn(found?.["data"]);
  const text = (key: string) => String(data[key] ?? "");
  const words = (key: string) =>
    text(key)
      .split(",")
      .filter((each) => each !== "");
  const object = (key: string) => {
    const value = parseJsonIfValid(text(key));
    return objectIn(Array.isArray(value) ? value[0] : value);
  };
  const { namespaceSelector, objectSelector } = object("webhooks");
  return {
    filters: [...text("resourceFilters").matchAll(/\[([^,\]]*),([^,\]]*),([^,\]]*)\]/g)].map(
      ([, kind = "*", namespace = "*", name = "*"]) => ({ ...parseKind(kind), namespace, name }),
    ),
    excluded: {
      ...{ username: "", usernames: words("excludeUsernames"), groups: words("excludeGroups") },
      ...{ roles: words("excludeRoles"), clusterRoles: words("excludeClusterRoles") },
    },
    webhooks: {
      ...{ namespaceSelector: withoutNull(namespaceSelector), objectSelector: withoutNull(objectSelector) },
      ...{ annotations: object("webhookAnnotations"), labels: object("webhookLabels") },
    },
  };
}

function withoutNull(selector: unknown): JsonObject {
  if (!isJsonObject(selector)) return {};
  return Object.fromEntries(Object.entries(selector).filter(([, value]) => value !== null));
}

/** Whether no policy concerns the resource. */
export function isFiltered(
  { filters }: Settings,
  { kind, subresource, namespace, name }: { kind: RequestedKind; subresource: string; namespace: string; name: string },
): boolean {
  // A Namespace is filtered by its own name.
  const place = kind.kind === "Namespace" ? name : namespace;
  return filters.some(
    (filter) =>
      matchesWildcard(filter.group, kind.group) &&
      matchesWildcard(filter.version, kind.version) &&
      matchesWildcard(filter.kind, kind.kind) &&
      matchesWildcard(filter.subresource, subresource) &&
      matchesWildcard(filter.namespace, place) &&
      matchesWildcard(filter.name, name),
  );
}

/** Whether no policy concerns what the user does. */
export function isExcluded({ excluded }: Settings, user: RequestUser): boolean {
  const among = (patterns: readonly string[], names: readonly string[]) =>
    patterns.some((pattern) => names.some((name) => matchesWildcard(pattern, name)));
  return (
    among(excluded.usernames, [user.username]) ||
    among(excluded.groups, user.groups) ||
    among(excluded.roles, user.roles) ||
    among(excluded.clusterRoles, user.clusterRoles)
  );
}
