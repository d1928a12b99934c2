/** Packages of Debian, Alpine and Fedora whose programs exist here. Other packages cannot be installed. */

export interface Package {
  /** Programs as `path=program`, `name=program` or `name`; a name is one in /usr/bin. */
  programs: readonly string[];
  sizeBytes: number;
}

/** Names of a package in the distributions, its size in kB, and its programs. */
const TABLE: readonly (readonly [names: string, sizeKb: number, programs: string])[] = [
  ["curl", 315, "curl"],
  ["bash", 1490, "/bin/bash=bash"],
  ["wget", 984, "wget"],
  ["jq", 77, "jq"],
  ["dnsutils bind9-dnsutils bind9-host bind-tools bind-utils", 404, "dig host nslookup=nslookup-bind"],
  ["iputils-ping iputils", 47, "ping"],
  ["net-tools", 243, "netstat ifconfig route arp"],
  ["iproute2 iproute", 1046, "ip ss"],
  ["procps procps-ng", 709, "ps top free pgrep pkill uptime watch sysctl w vmstat"],
  ["netcat netcat-openbsd netcat-traditional nmap-ncat", 41, "nc"],
  ["telnet inetutils-telnet busybox-extras", 75, "telnet"],
  ["nmap", 1995, "nmap"],
  ["tcpdump", 467, "tcpdump"],
  ["traceroute", 57, "traceroute"],
  ["lsof", 317, "lsof"],
  ["vim vim-tiny", 1567, "vim vi=vim"],
  ["nano", 690, "nano"],
  ["less", 130, "less"],
  ["tree", 52, "tree"],
  ["bc", 105, "bc"],
  ["zip", 232, "zip"],
  ["unzip", 171, "unzip"],
  ["file", 42, "file"],
  ["stress", 22, "stress"],
  ["openssl", 1430, "openssl"],
  ["gettext-base gettext", 160, "envsubst"],
  ["git", 9264, "git"],
  ["python3", 28, "python3"],
  ["nodejs", 320, "node npm"],
  ["redis-tools redis redis-cli", 990, "redis-cli"],
  ["postgresql-client", 1732, "psql pg_isready pg_dump createdb dropdb"],
  ["mysql-client default-mysql-client mariadb-client mariadb mysql", 3120, "mysql mysqldump mysqladmin"],
  ["etcd-client", 5820, "etcdctl"],
  ["kubectl kubernetes-client", 15_000, "kubectl"],
];

/** Packages that every image holds, or that have no programs. */
const PRESENT = new Set(
  (
    "coreutils grep sed gawk tar gzip findutils util-linux ca-certificates tzdata apt-transport-https gnupg " +
    "gnupg2 gpg lsb-release software-properties-common locales busybox shadow"
  ).split(" "),
);

const CATALOGUE: ReadonlyMap<string, Package> = new Map(
  TABLE.flatMap(([names, sizeKb, programs]) =>
    names.split(" ").map((name) => [name, { programs: programs.split(" "), sizeBytes: sizeKb * 1000 }] as const),
  ),
);

/** The package; `present` if nothing must be installed; undefined if it does not exist. */
export function findPackage(name: string): Package | "present" | undefined {
  // Names may carry a version or an architecture: `curl=7.88.1-10`, `redis@edge`, `postgresql-client-16`.
  const base = name.replace(/[=:@~<>].*$/, "");
  const found = CATALOGUE.get(base) ?? CATALOGUE.get(base.replace(/-?\d+$/, ""));
  return found ?? (PRESENT.has(base) ? "present" : undefined);
}

/** All packages of the table, for a check that their programs exist. */
export function cataloguePrograms(): string[] {
  return [...CATALOGUE.values()].flatMap(({ programs }) => programs.map(programOf));
}

/** `nslookup-bind` of `nslookup=nslookup-bind`. */
export function programOf(entry: string): string {
  return entry.slice(entry.indexOf("=") + 1);
}

/** `/usr/bin/nslookup` of `nslookup=nslookup-bind`. */
export function installedPath(entry: string): string {
  const [name = ""] = entry.split("=");
  return name.startsWith("/") ? name : `/usr/bin/${name}`;
}
