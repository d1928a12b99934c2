import type { Check, CheckVersion } from "../check.ts";

const NAMESPACED = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
];
const RESERVED_PORTS = ["net.ipv4.ip_local_reserved_ports"];
const KEEPALIVE = [
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
];
const BUFFERS = ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];

/** Allows only kernel parameters that affect no other pod. */
export const sysctls: Check = {
  id: "sysctls",
  level: "baseline",
  versions: [
    allowing(0, NAMESPACED),
    allowing(27, [...NAMESPACED, ...RESERVED_PORTS]),
    allowing(29, [...NAMESPACED, ...RESERVED_PORTS, ...KEEPALIVE]),
    allowing(32, [...NAMESPACED, ...RESERVED_PORTS, ...KEEPALIVE, ...BUFFERS]),
  ],
};

function allowing(since: number, allowed: readonly string[]): CheckVersion {
  return {
    since,
    test({ spec }) {
      const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name);
      const forbidden = names.filter((name) => !allowed.includes(name));
      return forbidden.length === 0 ? null : { reason: "forbidden sysctls", detail: forbidden.join(", ") };
    },
  };
}
