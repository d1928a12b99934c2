/** What package managers answer on a machine without a network. */
import type { Call } from "../base/call.ts";

/** Suites whose lists cannot be fetched. It is no failure: apt goes on with the lists that it has. */
export function aptUpdateOffline(call: Call, { base, suites }: { base: string; suites: readonly string[] }): number {
  const host = new URL(base).hostname;
  for (const suite of suites) call.print(`Ign:1 ${base} ${suite} InRelease\n`);
  for (const suite of suites) call.print(`Err:1 ${base} ${suite} InRelease\n  Temporary failure resolving '${host}'\n`);
  call.print("Reading package lists...\n");
  for (const suite of suites)
    call.warn(`W: Failed to fetch ${base}/dists/${suite}/InRelease  Temporary failure resolving '${host}'\n`);
  call.warn("W: Some index files failed to download. They have been ignored, or old ones used instead.\n");
  return 0;
}

export function apkOffline(
  call: Call,
  command: "add" | "update" | "upgrade",
  { urls, names }: { urls: readonly string[]; names: readonly string[] },
): number {
  for (const url of urls) {
    call.print(`fetch ${url}/x86_64/APKINDEX.tar.gz\n`);
    call.warn(`WARNING: Ignoring ${url}: DNS: transient error (try again later)\n`);
  }
  if (command === "update") {
    call.print("4 unavailable, 0 stale; 14 distinct packages available\n");
    return 2;
  }
  if (command === "upgrade") return 0;
  call.warn("ERROR: unable to select packages:\n");
  for (const name of names) call.warn(`  ${name} (no such package):\n    required by: world[${name}]\n`);
  return Math.max(1, names.length);
}

/** The first repository that cannot be reached ends the command. */
export function dnfOffline(call: Call, release: string): number {
  call.print(`${release || "Fedora"} - x86_64                     0.0  B/s |   0  B     00:00\n`);
  call.warn(
    "Errors during downloading metadata for repository 'fedora':\n  - Curl error (6): Could not resolve hostname for https://mirrors.fedoraproject.org/metalink?repo=fedora&arch=x86_64 [Could not resolve host: mirrors.fedoraproject.org]\n",
  );
  call.warn(
    "Error: Failed to download metadata for repo 'fedora': Cannot prepare internal mirrorlist: Curl error (6): Could not resolve hostname\n",
  );
  return 1;
}
