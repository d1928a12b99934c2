/** The resolver's configuration of a container, read from its `/etc/resolv.conf` and `/etc/hosts` (resolv.conf(5)). */

export interface ResolverConfig {
  nameServers: readonly string[];
  searchDomains: readonly string[];
  /** Names with fewer dots are looked up with the search domains first. */
  ndots: number;
}

export function parseResolverConfig(text: string): ResolverConfig {
  const nameServers: string[] = [];
  let searchDomains: string[] = [];
  let ndots = 1;
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === "nameserver" && values[0] !== undefined) nameServers.push(values[0]);
    else if (keyword === "search" || keyword === "domain") searchDomains = values;
    else if (keyword === "options") ndots = Number(/ndots:(\d+)/.exec(line)?.[1] ?? ndots);
  }
  return { nameServers, searchDomains, ndots };
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
export function candidateNames(name: string, { searchDomains, ndots }: ResolverConfig): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = searchDomains.map((domain) => `${name}.${domain}`);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}
