/** `os`, from the facts of the machine. */
import { textOfBytes } from "../../../lib/bytes.ts";
import { arrayOf, objectOf } from "../conversions.ts";
import { constants, define, links, natives } from "../intrinsics.ts";
import type { Vm } from "../vm.ts";
import { SIGNALS } from "./process.ts";

define("node:os", "Object.prototype", { isOpen: true });
constants("node:os", { EOL: "\n", devNull: "/dev/null" });
links("node:os", { constants: "node:os.constants" }, true);
define("node:os.constants", "Object.prototype", { isOpen: true });
define("node:os.constants.signals", null, { isOpen: true });
links("node:os.constants", { signals: "node:os.constants.signals" }, true);
constants(
  "node:os.constants.signals",
  Object.fromEntries(Object.entries(SIGNALS).map(([name, number]) => [`SIG${name}`, number])),
);

/** The user's line in /etc/passwd. */
function user(vm: Vm): { name: string; home: string; shell: string } {
  const { uid } = vm.process.credentials;
  const known =
    vm.process.files.find("/etc/passwd")?.type === "file" ? textOfBytes(vm.process.files.read("/etc/passwd")) : "";
  const fields = known
    .split("\n")
    .map((line) => line.split(":"))
    .find((parts) => parts[2] === String(uid));
  if (fields) return { name: fields[0]!, home: fields[5] ?? "/", shell: fields[6] ?? "/bin/sh" };
  return { name: uid === 0 ? "root" : String(uid), home: uid === 0 ? "/root" : "/", shell: "/bin/sh" };
}

natives("node:os", {
  hostname: (vm) => vm.process.host.hostname,
  platform: () => "linux",
  type: () => "Linux",
  arch: (vm) => (vm.process.host.architecture === "aarch64" ? "arm64" : "x64"),
  machine: (vm) => vm.process.host.architecture,
  release: (vm) => vm.process.host.kernelRelease,
  version: () => "#1 SMP",
  uptime: (vm) => (vm.nowMs - vm.process.host.bootedAtMs) / 1000,
  totalmem: (vm) => vm.process.host.memoryBytes,
  freemem: (vm) => Math.floor(vm.process.host.memoryBytes * 0.6),
  loadavg: (vm) => arrayOf(vm, [0.08, 0.05, 0.01]),
  tmpdir: (vm) => textOfBytes(vm.process.env["TMPDIR"] ?? "/tmp"),
  homedir: (vm) => textOfBytes(vm.process.env["HOME"] ?? user(vm).home),
  endianness: () => "LE",
  availableParallelism: (vm) => Math.max(1, Math.floor(vm.process.host.cpuLimit ?? vm.process.host.cpus)),
  cpus: (vm) =>
    arrayOf(
      vm,
      Array.from({ length: vm.process.host.cpus }, () =>
        objectOf(vm, {
          model: "Intel(R) Xeon(R) CPU",
          speed: 2200,
          times: objectOf(vm, { user: 100, nice: 0, sys: 50, idle: 10_000, irq: 0 }),
        }),
      ),
    ),
  userInfo(vm) {
    const { uid, gid } = vm.process.credentials;
    const { name, home, shell } = user(vm);
    return objectOf(vm, { uid, gid, username: name, homedir: home, shell });
  },
  networkInterfaces(vm) {
    const entry = (address: string, isInternal: boolean) =>
      objectOf(vm, {
        address,
        netmask: isInternal ? "255.0.0.0" : "255.255.255.0",
        family: "IPv4",
        mac: isInternal ? "00:00:00:00:00:00" : "02:42:0a:00:00:02",
        internal: isInternal,
        cidr: `${address}/${isInternal ? 8 : 24}`,
      });
    const own = vm.process.host.podAddresses
      .filter((address) => !address.includes(":"))
      .map((address) => entry(address, false));
    return objectOf(vm, {
      lo: arrayOf(vm, [entry("127.0.0.1", true)]),
      ...(own.length > 0 && { eth0: arrayOf(vm, own) }),
    });
  },
});
