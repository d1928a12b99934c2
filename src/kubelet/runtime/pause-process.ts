/** The sandbox's own process: process 1 of a pod whose containers share a process namespace. */

import { LayerTree } from "../../files/tree.ts";
import type { MountTable } from "../../files/walk.ts";
import type { ProcessFacts } from "../../shell/program.ts";
import type { PodContext } from "../context.ts";

const PAUSE_UID = 65_535;
const MEMORY_BYTES = 720 * 1024;

export function pauseProcess({ state }: PodContext): ProcessFacts {
  return {
    ...{ pid: 1, parentPid: 0, uid: PAUSE_UID, argv: ["/pause"], startedAtMs: state.acceptedAtMs },
    ...{ cpuMs: 0, state: "S", memoryBytes: MEMORY_BYTES, cwd: "/", env: { PATH: "/usr/local/sbin:/usr/local/bin" } },
  };
}

const attributes = { mode: 0o755, uid: 0, gid: 0, modifiedAtMs: 0 };
const tree = new LayerTree({
  "/": { type: "directory", ...attributes },
  "/pause": { type: "file", content: "", shownSizeBytes: 743_952, ...attributes },
});

export const pauseRoot: MountTable = new Map([
  ["/", { path: "/", tree, readOnly: true, fileSystemType: "overlay", source: "overlay" }],
]);
