/** The file system at /dev. containerd: oci/spec.go, runc: libcontainer/specconv (`AllowedDevices`) */
import { PIPE_BUFFER_BYTES } from "../lib/container-limits.ts";
import { baseEntries } from "./base-entries.ts";
import type { BaseEntries, Bytes, Device } from "./entry.ts";

const DEVICES = { null: "null", zero: "zero", full: "full", random: "random", urandom: "random", tty: "tty" } as const;

/** Devices, links to the descriptors of a process, and the mount points of `pts`, `shm` and `mqueue`. */
export const DEVICE_ENTRIES: BaseEntries = {
  ...baseEntries(`
    l /fd /proc/self/fd
    l /stdin /proc/self/fd/0
    l /stdout /proc/self/fd/1
    l /stderr /proc/self/fd/2
    l /core /proc/kcore
    l /ptmx pts/ptmx
    d /pts 0755
    d /shm 1777
    d /mqueue 1777
  `),
  ...Object.fromEntries(Object.entries(DEVICES).map(([name, device]) => [`/${name}`, deviceOf(device)])),
};

function deviceOf(device: Device["device"]): Device {
  return { type: "device", device, mode: 0o666, uid: 0, gid: 0, modifiedAtMs: 0 };
}

/** One piece of what a device gives. `random` draws 32 bits. */
export function readDevice({ device }: Device, random: () => number = () => 0): Bytes {
  if (device === "zero" || device === "full") return "\0".repeat(PIPE_BUFFER_BYTES);
  if (device !== "random") return "";
  const words = Array.from({ length: PIPE_BUFFER_BYTES / 256 }, () => random());
  const bytes = words.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, (word >>> 24) & 255]);
  return String.fromCharCode(...bytes);
}
