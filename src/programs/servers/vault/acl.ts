/**
 * ACL policies: which paths the tokens with a policy may use.
 * Source: https://developer.hashicorp.com/vault/docs/concepts/policies
 */
import type { Barrier } from "./store.ts";

export type Capability = "create" | "read" | "update" | "patch" | "delete" | "list";

/** The policy that each token has besides its own. */
export const DEFAULT_POLICY = `path "auth/token/lookup-self" {
    capabilities = ["read"]
}
path "auth/token/renew-self" {
    capabilities = ["update"]
}
path "auth/token/revoke-self" {
    capabilities = ["update"]
}
`;

interface Rule {
  pattern: string;
  capabilities: readonly string[];
}

function rulesOf({ policies }: Barrier, names: readonly string[]): Rule[] {
  return names.flatMap((name) => {
    const text = Object.hasOwn(policies, name) ? (policies[name] ?? "") : name === "default" ? DEFAULT_POLICY : "";
    const blocks = text.matchAll(/^[^#\n]*?\bpath\s+"([^"]+)"\s*\{[^}]*?capabilities\s*=\s*\[([^\]]*)\]/gm);
    return [...blocks].map(([, pattern = "", list = ""]) => ({
      pattern: pattern.replace(/^\//, ""),
      capabilities: [...list.matchAll(/"(\w+)"/g)].map(([, word = ""]) => word),
    }));
  });
}

/** `+` stands for one segment of a path, and `*` at the end for any rest. */
function matches(pattern: string, path: string): boolean {
  const escaped = pattern.replace(/\*$/, "").replace(/[.*?^${}()|[\]\\]/g, "\\$&");
  const source = escaped.replace(/(^|\/)\+(?=\/|$)/g, "$1[^/]+");
  return new RegExp(`^${source}${pattern.endsWith("*") ? "" : "$"}`).test(path);
}

/** Whether the first of two patterns is the more specific one: its first wildcard comes later, or it has none. */
function isMoreSpecific(first: string, second: string): boolean {
  const wildcardAt = (pattern: string) => (/[+*]/.test(pattern) ? pattern.search(/[+*]/) : Number.POSITIVE_INFINITY);
  const [a, b] = [wildcardAt(first), wildcardAt(second)];
  if (a !== b) return a > b;
  if (first.endsWith("*") !== second.endsWith("*")) return second.endsWith("*");
  return first.length > second.length;
}

/** Whether policies allow a capability at a path: the rules with the most specific pattern decide, and `deny` wins. */
export function isAllowed(
  barrier: Barrier,
  { policies, path, capability }: { policies: readonly string[]; path: string; capability: Capability },
): boolean {
  if (policies.includes("root")) return true;
  const found = rulesOf(barrier, policies).filter(({ pattern }) => matches(pattern, path));
  const best = found.reduce<string | undefined>(
    (known, { pattern }) => (known === undefined || isMoreSpecific(pattern, known) ? pattern : known),
    undefined,
  );
  const capabilities = found.filter(({ pattern }) => pattern === best).flatMap((rule) => rule.capabilities);
  return capabilities.includes(capability) && !capabilities.includes("deny");
}

/** Whether policies have a rule for a path below `mount`. */
export function reaches(barrier: Barrier, policies: readonly string[], mount: string): boolean {
  if (policies.includes("root")) return true;
  return rulesOf(barrier, policies).some(
    ({ pattern, capabilities }) =>
      !capabilities.includes("deny") && (pattern.startsWith(mount) || mount.startsWith(pattern.replace(/[+*].*$/, ""))),
  );
}
