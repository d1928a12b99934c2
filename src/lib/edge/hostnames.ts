/**
 * Hostnames of listeners and routes. `*.example.com` covers all names that end with `.example.com`.
 * Source: kubernetes-sigs/gateway-api apis/v1/shared_types.go (`Hostname`), httproute_types.go (`Hostnames`)
 */

/** The hostnames that a route serves at a listener; undefined if they have none in common. "" is every name. */
export function commonHostnames(listener: string | undefined, route: readonly string[] = []): string[] | undefined {
  if (route.length === 0) return [listener ?? ""];
  if (!listener) return [...route];
  const common = route.flatMap((name) => {
    if (coversHost(listener, name)) return [name];
    return coversHost(name, listener) ? [listener] : [];
  });
  return common.length > 0 ? common : undefined;
}

/** Whether the pattern covers a name or all names of another pattern. */
export function coversHost(pattern: string, name: string): boolean {
  if (pattern === "" || pattern === name) return true;
  return (
    pattern.startsWith("*.") && name.replace(/^\*/, "").endsWith(pattern.slice(1)) && name.length > pattern.length - 1
  );
}

/** A higher rank is more specific: exact names before wildcards, longer ones before shorter ones. */
export function hostRank(pattern: string): number {
  if (pattern === "") return 0;
  return pattern.startsWith("*.") ? pattern.length : 1000 + pattern.length;
}
