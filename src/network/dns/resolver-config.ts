/** The resolver's configuration of a container, read from its `/etc/resolv.conf` and `/etc/hosts` (resolv.conf(5)). */

export interface ResolverConfig {
  nameServers: readonly string[];
  searchDomains: readonly string[];
  /** Names with fewer dots are looked up with the search domains first. */
  ndots: number;
  /** How long it waits for an answer, ms, and how often it asks all servers. */
  timeoutMs: number;
  attempts: number;
}

/** Linux' C libraries read three servers at most, and accept waiting for 30 s, five times. */
const MAX_NAME_SERVERS = 3;
const MAX_TIMEOUT_SECONDS = 30;
const MAX_ATTEMPTS = 5;

export function parseResolverConfig(text: string): ResolverConfig {
  const nameServers: string[] = [];
  let searchDomains: string[] = [];
  let [ndots, timeoutSeconds, attempts] = [1, 5, 2];
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === "nameserver" && values[0] !== undefined) nameServers.push(values[0]);
    else if (keyword === "search" || keyword === "domain") searchDomains = values;
    else if (keyword === "options") {
      const option = (name: string, fallback: number) =>
        Number(new RegExp(`\\b${name}:(\\d+)`).exec(line)?.[1] ?? fallback);
      ndots = option("ndots", ndots);
      timeoutSeconds = Math.min(Math.max(option("timeout", timeoutSeconds), 1), MAX_TIMEOUT_SECONDS);
      attempts = Math.min(Math.max(option("attempts", attempts), 1), MAX_ATTEMPTS);
    }
  }
  const timeoutMs = timeoutSeconds * 1000;
  return { nameServers: nameServers.slice(0, MAX_NAME_SERVERS), searchDomains, ndots, timeoutMs, attempts };
}

/** The first address of a name in `/etc/hosts`. */
export function addressInHosts(text: string, host: string): string | undefined {
  const wanted = host.toLowerCase();
  for (const line of text.split("\n")) {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (address?.includes(".") && names.some((name) => name.toLowerCase() === wanted)) return address;
  }
  return undefined;
}

/** Full names to ask for, in the resolver's order, without a dot at the end. */
export function candidateNames(
  name: string,
  { searchDomains, ndots }: Pick<ResolverConfig, "searchDomains" | "ndots">,
): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = searchDomains.map((domain) => `${name}.${domain}`);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}
