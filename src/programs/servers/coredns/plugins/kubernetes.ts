/** kubernetes: names of Services and pods. https://coredns.io/plugins/kubernetes */
import type { ClusterZone } from "../../../../lib/dns.ts";
import type { DirectiveReader } from "../corefile.ts";
import { Fallthrough, failure, type Plugin, zonesOf, zoneWith } from "../plugin.ts";

const DEFAULT_TTL_SECONDS = 5;
const POD_MODES = ["disabled", "verified", "insecure"] as const;
/** Properties that change nothing here, with the number of their arguments. */
const OTHERS: Readonly<Record<string, (count: number) => boolean>> = {
  endpoint_pod_names: (count) => count === 0,
  endpoint: (count) => count > 0,
  tls: (count) => count === 3,
  labels: (count) => count > 0,
  namespace_labels: (count) => count > 0,
  kubeconfig: (count) => count === 1 || count === 2,
  noendpoints: (count) => count === 0,
  zonal: (count) => count === 0,
  ignore: (count) => count === 1,
  multicluster: () => true,
  startup_timeout: (count) => count > 0,
  apiserver_qps: (count) => count === 1,
  apiserver_burst: (count) => count === 1,
  apiserver_max_inflight: (count) => count === 1,
};

export const kubernetes: Plugin = {
  name: "kubernetes",
  setup(reader) {
    const zones = zonesOf(reader.args(), reader.keys);
    const domain = zones.find((zone) => !zone.endsWith(".arpa"));
    if (domain === undefined) throw reader.plainProblem("non-reverse zone name must be used");
    const fallthrough = new Fallthrough();
    const { pods, ttlSeconds, namespaces } = propertiesOf(reader, fallthrough);
    return (query, world, next) => {
      const zone = zoneWith(query.name, zones);
      if (zone === undefined) return next(query);
      const shown: ClusterZone = { domain: zone.endsWith(".arpa") ? domain : zone, pods, ttlSeconds };
      const records = world.clusterRecords(query, { ...shown, ...(namespaces.length > 0 && { namespaces }) });
      if (records) return { code: "NOERROR", records, isAuthoritative: true };
      return fallthrough.covers(query.name) ? next(query) : { ...failure("NXDOMAIN"), isAuthoritative: true };
    };
  },
};

function propertiesOf(reader: DirectiveReader, fallthrough: Fallthrough) {
  let pods: ClusterZone["pods"] = "disabled";
  let ttlSeconds = DEFAULT_TTL_SECONDS;
  let namespaces: string[] = [];
  while (reader.nextLine()) {
    const property = reader.value;
    const args = reader.args();
    if (property === "pods") {
      const mode = POD_MODES.find((one) => one === args[0]);
      if (args.length !== 1) throw reader.argumentProblem();
      if (!mode)
        throw reader.plainProblem(`wrong value for pods: ${args[0]},  must be one of: disabled, verified, insecure`);
      pods = mode;
    } else if (property === "ttl") {
      if (args.length === 0) throw reader.argumentProblem();
      ttlSeconds = Number(args[0]);
      if (!/^-?\d+$/.test(args[0] ?? ""))
        throw reader.plainProblem(`strconv.Atoi: parsing "${args[0]}": invalid syntax`);
      if (ttlSeconds < 0 || ttlSeconds > 3600) throw reader.problem(`ttl must be in range [0, 3600]: ${ttlSeconds}`);
    } else if (property === "namespaces") {
      if (args.length === 0) throw reader.argumentProblem();
      namespaces = args;
    } else if (property === "fallthrough") fallthrough.read(args);
    else if (!Object.hasOwn(OTHERS, property)) throw reader.problem(`unknown property '${property}'`);
    else if (!OTHERS[property]!(args.length)) throw reader.argumentProblem();
  }
  return { pods, ttlSeconds, namespaces };
}
