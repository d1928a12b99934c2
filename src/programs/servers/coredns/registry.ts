/** The plugins of CoreDNS in the order in which they see a query. https://github.com/coredns/coredns/blob/master/plugin.cfg */
import type { Plugin } from "./plugin.ts";
import { file } from "./plugins/file.ts";
import { forward } from "./plugins/forward.ts";
import { hosts } from "./plugins/hosts.ts";
import { kubernetes } from "./plugins/kubernetes.ts";
import { errors, log } from "./plugins/log.ts";
import { rewrite } from "./plugins/rewrite.ts";
import { template } from "./plugins/template.ts";

export const PLUGINS: readonly Plugin[] = [errors, log, rewrite, template, hosts, kubernetes, file, forward];

/** Plugins that change no answer here. */
const OTHERS =
  "root metadata geoip cancel proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize bind " +
  "debug trace ready health pprof shed prometheus dnstap local dns64 any chaos loadbalance tsig autopath acl cache header " +
  "dnssec tls minimal transfer route53 azure clouddns k8s_external auto secondary etcd loop grpc erratic whoami on sign " +
  "view nomad";

const NAMES = new Set([...PLUGINS.map(({ name }) => name), ...OTHERS.split(" ")]);

export function isDirective(name: string): boolean {
  return NAMES.has(name);
}
