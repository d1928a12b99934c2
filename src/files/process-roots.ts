/** The roots of other containers' processes below `/proc`. Linux: fs/proc/base.c */
import type { Credentials } from "./entry.ts";
import type { MountTable } from "./walk.ts";

export type MountsOfProcess = (pid: number, who: Credentials) => MountTable | undefined;

const FOREIGN_PATH = /^\/proc\/(\d+)\/root(\/.+)?$/;

/** A table in which `/proc/<pid>/root` of other containers' processes is their root. Linux: fs/proc/base.c */
export function withForeignRoots(table: MountTable, mountsOfProcess: MountsOfProcess, who: Credentials): MountTable {
  return {
    get(path) {
      const own = table.get(path);
      if (own || !path.startsWith("/proc/")) return own;
      const [, pid, inside] = FOREIGN_PATH.exec(path) ?? [];
      const mount = inside === undefined ? undefined : mountsOfProcess(Number(pid), who)?.get(inside);
      return mount && { ...mount, path };
    },
    has(path) {
      return this.get(path) !== undefined;
    },
    values: () => table.values(),
    behindLink(path) {
      const [, pid, inside] = FOREIGN_PATH.exec(path) ?? [];
      const mount = pid === undefined || inside !== undefined ? undefined : mountsOfProcess(Number(pid), who)?.get("/");
      return mount && { ...mount, path };
    },
  };
}
