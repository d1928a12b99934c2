/** lscpu, lsblk, lsmod, dmesg, getconf, hostid, locale, mknod: the machine and its kernel as a container sees them. */
import { FileError } from "../../files/errors.ts";
import { type Call, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";

const LSCPU_FIELDS = (call: Call): readonly (readonly [string, string])[] => {
  const { host } = call.process;
  const isArm = host.architecture === "aarch64";
  return [
    ["Architecture:", host.architecture],
    ["  CPU op-mode(s):", isArm ? "64-bit" : "32-bit, 64-bit"],
    ...(isArm ? [] : ([["  Address sizes:", "46 bits physical, 48 bits virtual"]] as const)),
    ["  Byte Order:", "Little Endian"],
    ["CPU(s):", String(host.cpus)],
    ["  On-line CPU(s) list:", host.cpus === 1 ? "0" : `0-${host.cpus - 1}`],
    ["Vendor ID:", isArm ? "ARM" : "GenuineIntel"],
    ["  Model name:", isArm ? "Neoverse-N1" : "Intel(R) Xeon(R) CPU @ 2.20GHz"],
    ["    Thread(s) per core:", "1"],
    ["    Core(s) per socket:", String(host.cpus)],
    ["    Socket(s):", "1"],
    ["Virtualization features:", ""],
    ["  Hypervisor vendor:", "KVM"],
    ["  Virtualization type:", "full"],
    ["NUMA:", ""],
    ["  NUMA node(s):", "1"],
    ["  NUMA node0 CPU(s):", host.cpus === 1 ? "0" : `0-${host.cpus - 1}`],
  ];
};

export const lscpu = tool((call) => {
  readOptions(call, { short: "abBcChJpeysx", long: {} });
  const fields = LSCPU_FIELDS(call);
  const width = Math.max(...fields.map(([name]) => name.length)) + 1;
  call.print(
    fields
      .map(([name, value]) => `${name.padEnd(width)}${value}`.trimEnd())
      .join("\n")
      .concat("\n"),
  );
  return 0;
});

/** The disk of the node, which containers see without the mounts of the host. */
export const lsblk = tool((call) => {
  readOptions(call, { short: "abdfhiJlmno:prStx:", long: { output: "o", all: "a", fs: "f", bytes: "b" } });
  const root = call.process.files.mounts.find(({ path }) => path === "/");
  const size = `${Math.round((root?.sizeBytes ?? 0) / 1024 ** 3)}G`;
  const names = ["/etc/resolv.conf", "/etc/hostname", "/etc/hosts"].filter((path) => call.process.files.find(path));
  call.print("NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\n");
  call.print(`sda      8:0    0 ${size.padStart(5)}  0 disk \n`);
  call.print(
    `└─sda1   8:1    0 ${size.padStart(5)}  0 part ${names[0] ?? ""}\n`.replace("└─", "\xe2\x94\x94\xe2\x94\x80"),
  );
  for (const name of names.slice(1)) call.print(`${" ".repeat(39)}${name}\n`);
  return 0;
});

export const lsmod = tool((call) => {
  call.print("Module                  Size  Used by\n");
  return 0;
});

/** The kernel's log is the node's, which no container reads, or that of a sandbox. */
export const dmesg = tool((call) => {
  const { kernelLog } = call.process.host;
  if (kernelLog !== undefined) {
    call.print(kernelLog);
    return 0;
  }
  call.warn(
    call.flavour === "gnu"
      ? "dmesg: read kernel buffer failed: Operation not permitted\n"
      : "dmesg: klogctl: Operation not permitted\n",
  );
  return 1;
});

const CONFIGURATION: Readonly<Record<string, string>> = {
  ARG_MAX: "2097152",
  CHAR_BIT: "8",
  CLK_TCK: "100",
  HOST_NAME_MAX: "64",
  INT_MAX: "2147483647",
  LOGIN_NAME_MAX: "256",
  LONG_BIT: "64",
  NAME_MAX: "255",
  OPEN_MAX: "1048576",
  PAGESIZE: "4096",
  PAGE_SIZE: "4096",
  PATH: "/bin:/usr/bin",
  PATH_MAX: "4096",
  PIPE_BUF: "4096",
  GNU_LIBC_VERSION: "glibc 2.36",
  NPROCESSORS_CONF: "",
  _NPROCESSORS_CONF: "",
  _NPROCESSORS_ONLN: "",
};

export const getconf = tool((call) => {
  const { operands, ...options } = readOptions(call, { short: "av:" });
  const { host } = call.process;
  const value = (name: string) =>
    name.includes("NPROCESSORS")
      ? String(host.cpus)
      : name === "_PHYS_PAGES"
        ? String(Math.floor(host.memoryBytes / 4096))
        : CONFIGURATION[name];
  if (options.has("a")) {
    for (const name of Object.keys(CONFIGURATION)) call.print(`${name.padEnd(34)} ${value(name)}\n`);
    return 0;
  }
  const [name] = operands;
  if (name === undefined) {
    call.warn("Usage: getconf [-v specification] variable_name [pathname]\n       getconf -a [pathname]\n");
    return 2;
  }
  const found = value(name);
  if (found === undefined) {
    call.warn(`getconf: Unrecognized variable \`${name}'\n`);
    return 2;
  }
  call.print(`${found}\n`);
  return 0;
});

export const hostid = tool((call) => {
  call.print("007f0100\n");
  return 0;
});

export const locale = tool((call) => {
  const options = readOptions(call, { short: "amckv", long: { "all-locales": "a", charmaps: "m" } });
  if (options.has("a")) {
    call.print("C\nC.utf8\nPOSIX\n");
    return 0;
  }
  const { env } = call.process;
  const language = env.LC_ALL ?? env.LANG ?? "";
  const categories =
    "CTYPE NUMERIC TIME COLLATE MONETARY MESSAGES PAPER NAME ADDRESS TELEPHONE MEASUREMENT IDENTIFICATION".split(" ");
  call.print(`LANG=${env.LANG ?? ""}\nLANGUAGE=${env.LANGUAGE ?? ""}\n`);
  for (const category of categories) call.print(`LC_${category}="${env[`LC_${category}`] ?? (language || "POSIX")}"\n`);
  call.print(`LC_ALL=${env.LC_ALL ?? ""}\n`);
  return 0;
});

/** Device nodes need a capability that containers lack, FIFOs do not. */
export const mknod = tool((call) => {
  const options = readOptions(call, { short: "m:Z", long: { mode: "m" } });
  const [name, type] = options.operands;
  if (name === undefined || type === undefined)
    throw new UsageError(name === undefined ? "missing operand" : `missing operand after ${quoted(name)}`);
  const path = call.path(name);
  if (call.process.files.findLink(path)) throw new FileError("EEXIST", path);
  if (type === "p") {
    call.process.files.makeSpecial(path, "fifo");
    return 0;
  }
  if (!/^[bcu]$/.test(type)) throw new UsageError(`invalid device type ${quoted(type)}`);
  call.warn(`mknod: ${call.flavour === "gnu" ? `${name}: ` : `${name}: `}Operation not permitted\n`);
  return 1;
});
