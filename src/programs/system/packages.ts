/** apt-get, apt, apk, yum, dnf, dpkg: they answer as on a machine without a network. */
import { FileError } from "../../files/errors.ts";
import { type Call, tool } from "../base/call.ts";

function words(call: Call): string[] {
  return call.args.filter((argument) => !argument.startsWith("-"));
}

/** Host, and the suites that Debian's and Ubuntu's sources name. */
function sourcesOf(call: Call): { host: string; suites: string[]; base: string } {
  const text = readIfThere(call, "/etc/os-release");
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(text)?.[1] ?? "bookworm";
  if (/^ID=ubuntu$/m.test(text)) {
    return {
      host: "archive.ubuntu.com",
      base: "http://archive.ubuntu.com/ubuntu",
      suites: [codename, `${codename}-updates`, `${codename}-backports`],
    };
  }
  return { host: "deb.debian.org", base: "http://deb.debian.org/debian", suites: [codename, `${codename}-updates`] };
}

function readIfThere(call: Call, path: string): string {
  try {
    return call.process.files.read(path);
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}

export const apt = tool((call) => {
  const [command = "", ...names] = words(call);
  if (call.process.credentials.uid !== 0 && /^(update|install|upgrade|remove|purge)$/.test(command)) {
    call.warn(
      "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\nE: Unable to lock directory /var/lib/apt/lists/\n",
    );
    return 100;
  }
  if (call.name === "apt")
    call.warn("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n");
  switch (command) {
    case "update":
      return update(call);
    case "install":
      return install(call, names);
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
    case "autoremove":
      call.print(`${LISTS}0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`);
      return 0;
    case "remove":
    case "purge":
      call.print(LISTS);
      for (const name of names) call.warn(`E: Unable to locate package ${name}\n`);
      return names.length > 0 ? 100 : 0;
    case "clean":
    case "autoclean":
      return 0;
    case "":
      call.print("apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n");
      return 0;
    default:
      call.warn(`E: Invalid operation ${command}\n`);
      return 100;
  }
});

const LISTS = "Reading package lists...\nBuilding dependency tree...\nReading state information...\n";

function update(call: Call): number {
  const { host, base, suites } = sourcesOf(call);
  for (const suite of suites) call.print(`Ign:1 ${base} ${suite} InRelease\n`);
  for (const suite of suites) call.print(`Err:1 ${base} ${suite} InRelease\n  Temporary failure resolving '${host}'\n`);
  call.print("Reading package lists...\n");
  for (const suite of suites)
    call.warn(`W: Failed to fetch ${base}/dists/${suite}/InRelease  Temporary failure resolving '${host}'\n`);
  call.warn("W: Some index files failed to download. They have been ignored, or old ones used instead.\n");
  return 0;
}

function install(call: Call, names: readonly string[]): number {
  call.print(LISTS);
  const known = new Set(["bash", "coreutils", "grep", "sed", "tar", "gzip", "findutils"]);
  const missing = names.filter((name) => !known.has(name.replace(/[:=].*/, "")));
  for (const name of missing) call.warn(`E: Unable to locate package ${name}\n`);
  if (missing.length > 0) return 100;
  for (const name of names) call.print(`${name} is already the newest version.\n`);
  call.print("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
  return 0;
}

const APK_REPOSITORIES = ["main", "community"];

export const apk = tool((call) => {
  const [command = "", ...names] = words(call);
  const release = readIfThere(call, "/etc/alpine-release").trim();
  const branch = /^\d+\.\d+/.exec(release)?.[0] ?? "3.20";
  const urls = APK_REPOSITORIES.map((name) => `https://dl-cdn.alpinelinux.org/alpine/v${branch}/${name}`);
  if (command === "add" || command === "update" || command === "upgrade") {
    if (call.process.credentials.uid !== 0) {
      call.warn(
        "ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n",
      );
      return 99;
    }
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
  if (command === "del") {
    call.print("OK: 7 MiB in 14 packages\n");
    return 0;
  }
  if (command === "info" || command === "list") {
    call.print(
      "alpine-baselayout\nalpine-keys\napk-tools\nbusybox\nlibcrypto3\nlibssl3\nmusl\nmusl-utils\nscanelf\nssl_client\nzlib\n",
    );
    return 0;
  }
  call.print("apk-tools 2.14.4, compiled for x86_64.\n");
  return command === "" || command === "version" ? 0 : 1;
});

/** yum and dnf: the first repository that cannot be reached ends the command. */
export const dnf = tool((call) => {
  const [command = ""] = words(call);
  if (call.process.credentials.uid !== 0 && /^(install|update|upgrade|remove)$/.test(command)) {
    call.warn("Error: This command has to be run with superuser privileges (under the root user on most systems).\n");
    return 1;
  }
  if (!/^(install|update|upgrade|makecache|search|check-update|repolist|info|list)$/.test(command)) {
    call.warn(
      command === ""
        ? "usage: dnf [options] COMMAND\n"
        : `No such command: ${command}. Please use /usr/bin/${call.name} --help\n`,
    );
    return command === "" ? 0 : 1;
  }
  call.print(
    `${readIfThere(call, "/etc/redhat-release").trim() || "Fedora"} - x86_64                     0.0  B/s |   0  B     00:00\n`,
  );
  call.warn(
    "Errors during downloading metadata for repository 'fedora':\n  - Curl error (6): Could not resolve hostname for https://mirrors.fedoraproject.org/metalink?repo=fedora&arch=x86_64 [Could not resolve host: mirrors.fedoraproject.org]\n",
  );
  call.warn(
    "Error: Failed to download metadata for repo 'fedora': Cannot prepare internal mirrorlist: Curl error (6): Could not resolve hostname\n",
  );
  return 1;
});
