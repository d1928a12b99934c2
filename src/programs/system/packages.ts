/**
 * apt-get, apt, apk, yum, dnf. In a cluster with a mirror of the distributions they install the programs that exist
 * here, and find no other package; elsewhere they answer as without a network. Versions and sizes are plausible, not
 * those of a release.
 */
import { FileError } from "../../files/errors.ts";
import { type Call, tool } from "../base/call.ts";
import { findPackage, installedPath, type Package, programOf } from "./package-catalogue.ts";
import { apkOffline, aptUpdateOffline, dnfOffline } from "./packages-offline.ts";

const APT_LISTS = "/var/lib/apt/lists";
const NOTHING_TO_DO = "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n";
const READING = "Reading package lists...\n";
const LISTS = `${READING}Building dependency tree...\nReading state information...\n`;
const VERSION = "1.0-1";

function words(call: Call): string[] {
  return call.args.filter((argument) => !argument.startsWith("-"));
}

function isRoot(call: Call): boolean {
  return call.process.credentials.uid === 0;
}

function readIfThere(call: Call, path: string): string {
  try {
    return call.process.files.read(path);
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}

interface Selection {
  missing: string[];
  present: string[];
  /** To install, in the order of the command. */
  chosen: [name: string, found: Package][];
}

/** Sorts the packages of a command; one whose programs are all there is present. */
function select(call: Call, names: readonly string[]): Selection {
  const selection: Selection = { missing: [], present: [], chosen: [] };
  for (const name of names) {
    const found = findPackage(name);
    if (found === undefined) selection.missing.push(name);
    else if (found === "present" || found.programs.every((each) => call.process.files.find(installedPath(each))))
      selection.present.push(name);
    else selection.chosen.push([name, found]);
  }
  return selection;
}

/** Puts the programs in place. Returns the first problem, such as a file system that is read-only. */
function putInPlace(call: Call, { chosen }: Selection): string | undefined {
  try {
    for (const [, { programs }] of chosen) {
      for (const each of programs) install(call, each);
    }
    return undefined;
  } catch (error) {
    if (error instanceof FileError) return `${error.path}: ${error.message}`;
    throw error;
  }
}

function install(call: Call, entry: string): void {
  const { files } = call.process;
  const path = installedPath(entry);
  // Applets of busybox are links to one file, which must stay as it is.
  if (files.findLink(path)?.type === "link") files.removeFile(path);
  files.installProgram(path, programOf(entry));
}

function totalKb({ chosen }: Selection): number {
  return Math.ceil(chosen.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0) / 1000);
}

// ---- Debian and Ubuntu

/** Address and suites of the sources of Debian and Ubuntu. */
function sourcesOf(call: Call): { base: string; suites: string[] } {
  const text = readIfThere(call, "/etc/os-release");
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(text)?.[1] ?? "bookworm";
  return /^ID=ubuntu$/m.test(text)
    ? {
        base: "http://archive.ubuntu.com/ubuntu",
        suites: [codename, `${codename}-updates`, `${codename}-backports`, `${codename}-security`],
      }
    : { base: "http://deb.debian.org/debian", suites: [codename, `${codename}-updates`, `${codename}-security`] };
}

const NEEDS_ROOT = /^(update|install|upgrade|remove|purge)$/;

export const apt = tool((call) => {
  const [command = "", ...names] = words(call);
  if (!isRoot(call) && NEEDS_ROOT.test(command)) {
    const folder = command === "update" ? APT_LISTS : "/var/lib/dpkg";
    call.warn(
      `E: Could not open lock file ${folder}/lock - open (13: Permission denied)\nE: Unable to lock directory ${folder}/\n`,
    );
    return 100;
  }
  if (call.name === "apt")
    call.warn("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n");
  switch (command) {
    case "update":
      return aptUpdate(call);
    case "install":
      return aptInstall(call, names);
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
    case "autoremove":
      call.print(`${LISTS}${NOTHING_TO_DO}`);
      return 0;
    case "remove":
    case "purge":
      return aptRemove(call, names);
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

function aptUpdate(call: Call): number {
  const { base, suites } = sourcesOf(call);
  if (!call.process.host.hasPackageMirror) return aptUpdateOffline(call, { base, suites });
  const { files } = call.process;
  try {
    if (!files.find(APT_LISTS)) files.makeDirectory(APT_LISTS);
    files.write(`${APT_LISTS}/lock`, "", 0o640);
    for (const suite of suites) files.write(`${APT_LISTS}/${listName(base, suite)}`, "");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.warn(`E: List directory ${APT_LISTS}/partial is missing. - Acquire (${error.message})\n`);
    return 100;
  }
  for (const [i, suite] of suites.entries()) call.print(`Get:${i + 1} ${base} ${suite} InRelease [151 kB]\n`);
  call.print(`Get:${suites.length + 1} ${base} ${suites[0]}/main amd64 Packages [8793 kB]\n`);
  call.print(`Fetched 9246 kB in 1s (9246 kB/s)\n${READING}`);
  return 0;
}

/** `deb.debian.org_debian_dists_bookworm_InRelease` */
function listName(base: string, suite: string): string {
  return `${base.replace("http://", "").replaceAll("/", "_")}_dists_${suite}_InRelease`;
}

function aptInstall(call: Call, names: readonly string[]): number {
  call.print(LISTS);
  const { base, suites } = sourcesOf(call);
  const selection = select(call, names);
  // Images come without lists of packages, so `update` goes first.
  const isUpdated = call.process.files.find(`${APT_LISTS}/${listName(base, suites[0]!)}`) !== undefined;
  const missing = isUpdated ? selection.missing : [...selection.missing, ...selection.chosen.map(([name]) => name)];
  for (const name of missing) call.warn(`E: Unable to locate package ${name}\n`);
  if (missing.length > 0) return 100;
  for (const name of selection.present) call.print(`${name} is already the newest version (${VERSION}).\n`);
  const { chosen } = selection;
  if (chosen.length === 0) {
    call.print(NOTHING_TO_DO);
    return 0;
  }
  const problem = putInPlace(call, selection);
  if (problem !== undefined) {
    call.warn(`E: ${problem}\n`);
    return 100;
  }
  const [installed, kb] = [chosen.map(([name]) => name), totalKb(selection)];
  call.print(`The following NEW packages will be installed:\n  ${installed.join(" ")}\n`);
  call.print(`0 upgraded, ${installed.length} newly installed, 0 to remove and 0 not upgraded.\n`);
  call.print(
    `Need to get ${kb} kB of archives.\nAfter this operation, ${kb * 3} kB of additional disk space will be used.\n`,
  );
  for (const [i, [name, { sizeBytes }]] of chosen.entries()) {
    call.print(`Get:${i + 1} ${base} ${suites[0]}/main amd64 ${name} amd64 ${VERSION} [${sizeBytes / 1000} kB]\n`);
  }
  call.print(`Fetched ${kb} kB in 0s (${kb * 4} kB/s)\n`);
  for (const name of installed) call.print(`Selecting previously unselected package ${name}.\n`);
  for (const name of installed) call.print(`Unpacking ${name} (${VERSION}) ...\n`);
  for (const name of installed) call.print(`Setting up ${name} (${VERSION}) ...\n`);
  return 0;
}

function aptRemove(call: Call, names: readonly string[]): number {
  call.print(LISTS);
  const { missing, present, chosen } = select(call, names);
  for (const name of missing) call.warn(`E: Unable to locate package ${name}\n`);
  if (missing.length > 0) return 100;
  for (const [name] of chosen) call.print(`Package '${name}' is not installed, so not removed\n`);
  for (const name of present) removePrograms(call, name);
  call.print(
    present.length === 0
      ? NOTHING_TO_DO
      : `The following packages will be REMOVED:\n  ${present.join(" ")}\n0 upgraded, 0 newly installed, ${present.length} to remove and 0 not upgraded.\n`,
  );
  return 0;
}

function removePrograms(call: Call, name: string): void {
  const found = findPackage(name);
  if (found === undefined || found === "present") return;
  for (const each of found.programs) call.process.files.removeFile(installedPath(each));
}

// ---- Alpine

const APK_REPOSITORIES = ["main", "community"];

export const apk = tool((call) => {
  const [command = "", ...names] = words(call);
  switch (command) {
    case "add":
    case "update":
    case "upgrade":
      return apkChange(call, command, names);
    case "del":
      for (const name of names) if (select(call, [name]).present.length > 0) removePrograms(call, name);
      call.print("OK: 7 MiB in 14 packages\n");
      return 0;
    case "info":
    case "list":
      call.print(
        "alpine-baselayout\nalpine-keys\napk-tools\nbusybox\nlibcrypto3\nlibssl3\nmusl\nmusl-utils\nscanelf\nssl_client\nzlib\n",
      );
      return 0;
    default:
      call.print("apk-tools 2.14.4, compiled for x86_64.\n");
      return command === "" || command === "version" ? 0 : 1;
  }
});

function apkChange(call: Call, command: "add" | "update" | "upgrade", names: readonly string[]): number {
  if (!isRoot(call)) {
    call.warn(
      "ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n",
    );
    return 99;
  }
  const branch = /^\d+\.\d+/.exec(readIfThere(call, "/etc/alpine-release").trim())?.[0] ?? "3.20";
  const urls = APK_REPOSITORIES.map((name) => `https://dl-cdn.alpinelinux.org/alpine/v${branch}/${name}`);
  if (!call.process.host.hasPackageMirror) return apkOffline(call, command, { urls, names });
  for (const url of urls) call.print(`fetch ${url}/x86_64/APKINDEX.tar.gz\n`);
  if (command === "update") call.print("OK: 25441 distinct packages available\n");
  if (command === "upgrade") call.print("OK: 7 MiB in 14 packages\n");
  if (command !== "add") return 0;
  const selection = select(call, names);
  if (selection.missing.length > 0) {
    call.warn("ERROR: unable to select packages:\n");
    for (const name of selection.missing) call.warn(`  ${name} (no such package):\n    required by: world[${name}]\n`);
    return selection.missing.length;
  }
  const problem = putInPlace(call, selection);
  if (problem !== undefined) {
    call.warn(`ERROR: Failed to open apk database: ${problem}\n`);
    return 99;
  }
  const { chosen } = selection;
  for (const [i, [name]] of chosen.entries()) {
    call.print(`(${i + 1}/${chosen.length}) Installing ${name} (${VERSION.replace("-", "-r")})\n`);
  }
  if (chosen.length > 0) call.print("Executing busybox-1.37.0-r30.trigger\n");
  call.print(`OK: ${7 + Math.ceil(totalKb(selection) / 1000)} MiB in ${14 + chosen.length} packages\n`);
  return 0;
}

// ---- Fedora and its relatives

/** yum, dnf and microdnf. */
export const dnf = tool((call) => {
  const [command = "", ...names] = words(call);
  if (!isRoot(call) && /^(install|update|upgrade|remove)$/.test(command)) {
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
  if (!call.process.host.hasPackageMirror) return dnfOffline(call, readIfThere(call, "/etc/redhat-release").trim());
  if (command !== "install") {
    call.print(
      command === "makecache" ? "Metadata cache created.\n" : "Dependencies resolved.\nNothing to do.\nComplete!\n",
    );
    return 0;
  }
  const selection = select(call, names);
  for (const name of selection.missing) call.print(`No match for argument: ${name}\n`);
  if (selection.missing.length > 0) {
    call.warn(`Error: Unable to find a match: ${selection.missing.join(" ")}\n`);
    return 1;
  }
  for (const name of selection.present) call.print(`Package ${name}-${VERSION}.x86_64 is already installed.\n`);
  const problem = putInPlace(call, selection);
  if (problem !== undefined) {
    call.warn(`Error: ${problem}\n`);
    return 1;
  }
  call.print("Dependencies resolved.\n");
  const installed = selection.chosen.map(([name]) => `  ${name}-${VERSION}.x86_64\n`);
  call.print(installed.length === 0 ? "Nothing to do.\n" : `\nInstalled:\n${installed.join("")}\n`);
  call.print("Complete!\n");
  return 0;
});
