/** What happened in a container at an instant and concerns the kubelet. JSON. */
import type { Bytes } from "../../files/entry.ts";
import type { ProcessEnd } from "../../shell/contract.ts";
import type { TaskEnd } from "./task.ts";

export type Happening =
  /** Process 1 has ended. `message` is the content of its file of the termination message. */
  | { type: "exit"; container: string; atMs: number; end: ProcessEnd; message?: Bytes }
  | { type: "task"; container: string; atMs: number; end: TaskEnd }
  /** A process asked the world outside the pod, and got no answer yet. */
  | { type: "asked"; container: string; atMs: number }
  /** Processes hold much more memory than before, or files take much more or less of the disk. */
  | { type: "grown"; container: string; atMs: number };
