/**
 * `/metrics` of CoreDNS.
 * Source: github.com/coredns/coredns plugin/metrics/vars/vars.go
 */
import type { ProcessView } from "../../../shell/program.ts";
import { count, counterFamily } from "../../base/metrics/counters.ts";
import { goProcessFamilies } from "../../base/metrics/go-process.ts";
import { constant, gauge, type MetricPage } from "../../base/metrics/page.ts";

const MEMORY_BYTES = 15_000_000;
const REQUESTS = {
  name: "coredns_dns_requests_total",
  help: "Counter of DNS requests made per zone, protocol and family.",
};
const RESPONSES = { name: "coredns_dns_responses_total", help: "Counter of response status codes." };
const BUILD_HELP =
  "A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.";

/** Types that have a label of their own; the others are `other`. */
const COUNTED_TYPES = /^(A|AAAA|CNAME|MX|NS|PTR|SOA|SRV|TXT)$/;

export function countQuery(process: ProcessView, query: { record: string; code: string; port: number }): void {
  const server = { server: `dns://:${query.port}`, view: "", zone: "." };
  const type = COUNTED_TYPES.test(query.record) ? query.record : "other";
  count(process, REQUESTS, { family: "1", proto: "udp", ...server, type });
  count(process, RESPONSES, { plugin: "kubernetes", rcode: query.code, ...server });
}

export function metricsOf(process: ProcessView, version: string): MetricPage {
  const startedMs = Number(process.state["startedMs"] ?? process.nowMs);
  const build = { goversion: "go1.25.2", revision: "1db4568", version };
  const counters = [REQUESTS, RESPONSES].map((facts) => counterFamily(process, facts));
  return {
    families: [
      gauge("coredns_build_info", BUILD_HELP, constant(1, build, startedMs)),
      ...counters.filter(({ series }) => series.length > 0),
      ...goProcessFamilies(process, { startedMs, memoryBytes: MEMORY_BYTES, cpus: 0.001, goVersion: "go1.25.2" }),
    ],
    changesWith: [],
  };
}
