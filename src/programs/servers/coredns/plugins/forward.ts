/** forward: asks other name servers. https://coredns.io/plugins/forward */
import { NODE_NAMESERVERS } from "../../../../lib/dns.ts";
import { Fallthrough, failure, type Handler, isInZone, type Plugin, zoneOf } from "../plugin.ts";

const PROPERTIES =
  "except force_tcp prefer_udp expire max_idle_conns read_timeout max_fails max_connect_attempts doh_method tls " +
  "tls_servername policy health_check max_concurrent next failfast_all_unhealthy_upstreams failover source_address resolver";
const POLICIES = ["random", "round_robin", "sequential"];
const MAX_UPSTREAMS = 15;

export const forward: Plugin = {
  name: "forward",
  isRepeatable: true,
  setup(reader, world) {
    const [from, ...targets] = reader.args();
    if (from === undefined || targets.length === 0) throw reader.argumentProblem();
    const servers = targets.flatMap((target) => serversOf(target, world.read));
    const wrong = servers.find((server) => !/^\d+(\.\d+){3}$/.test(server));
    if (wrong !== undefined) throw reader.plainProblem(`not an IP address or file: "${wrong}"`);
    if (servers.length > MAX_UPSTREAMS)
      throw reader.plainProblem(`more than ${MAX_UPSTREAMS} TOs configured: ${servers.length}`);
    const except = new Fallthrough();
    while (reader.nextLine()) {
      const property = reader.value;
      const args = reader.args();
      if (!PROPERTIES.split(" ").includes(property)) throw reader.problem(`unknown property '${property}'`);
      if (property === "except") {
        if (args.length === 0) throw reader.argumentProblem();
        except.read(args);
      }
      if (property === "policy" && !POLICIES.includes(args[0] ?? ""))
        throw args.length === 1 ? reader.problem(`unknown policy '${args[0]}'`) : reader.argumentProblem();
    }
    return forwarder(zoneOf(from), servers, except);
  },
};

/** Name servers of a target: an address with or without a port, or a file such as /etc/resolv.conf. */
export function serversOf(target: string, read: (path: string) => string | undefined): string[] {
  if (!target.startsWith("/")) return [target.replace(/^(dns|tls):\/\//, "").replace(/[:%].*$/, "")];
  const found = [...(read(target) ?? "").matchAll(/^nameserver\s+(\S+)/gm)].map(([, server]) => server ?? "");
  return found.length > 0 ? found : [...NODE_NAMESERVERS];
}

/** The servers are asked in their order until one answers. */
function forwarder(zone: string, servers: readonly string[], except: Fallthrough): Handler {
  return (query, world, next) => {
    if (!isInZone(query.name, zone) || except.covers(query.name)) return next(query);
    for (const server of servers) {
      const reply = world.ask(query, server);
      if (reply !== "silent") return { ...reply, isAuthoritative: false };
    }
    const port = 30_000 + (world.random() % 30_000);
    return failure("SERVFAIL", `read udp ${world.address}:${port}->${servers.at(-1)}:53: i/o timeout`);
  };
}
