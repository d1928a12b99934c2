/** Devices whose input never ends: `/dev/zero`, `/dev/full` and `/dev/random`. What one step reads of them is bounded. */
import type { Bytes } from "../files/entry.ts";
import { MAX_DEVICE_BYTES_PER_STEP, PIPE_BUFFER_BYTES } from "../lib/container-limits.ts";
import type { Machine, Process } from "./machine-state.ts";
import { drawBytes } from "./random.ts";

/** Random bytes of one read without a size. */
const RANDOM_READ_BYTES = 1024;
/** Bytes that count as one step: drawn ones take more time of the host. */
const ZERO_BYTES_PER_STEP = 4096;
const RANDOM_BYTES_PER_STEP = 256;

/**
 * Bytes of an endless device. Undefined: this step has read enough, and the process must wait. Its wait is over at once,
 * so it goes on with its next step.
 */
export function readEndless(
  machine: Machine,
  process: Process,
  type: "zero" | "full" | "random",
  { maxBytes, upTo }: { maxBytes?: number; upTo?: string },
): Bytes | undefined {
  const known = machine.turn.deviceBytes ?? 0;
  if (known >= MAX_DEVICE_BYTES_PER_STEP) return undefined;
  const isRandom = type === "random";
  const wanted = maxBytes ?? (isRandom ? RANDOM_READ_BYTES : PIPE_BUFFER_BYTES);
  // One read of a large block is complete, as in Linux: dd counts its blocks.
  const size = Math.min(wanted, isRandom ? MAX_DEVICE_BYTES_PER_STEP : MAX_DEVICE_BYTES_PER_STEP * 32);
  machine.turn.deviceBytes = known + size;
  const steps = Math.ceil(size / (isRandom ? RANDOM_BYTES_PER_STEP : ZERO_BYTES_PER_STEP));
  machine.steps += steps;
  process.streak.steps += steps;
  if (!isRandom) return "\0".repeat(size);
  const data = drawBytes(machine, size);
  const found = upTo === undefined ? -1 : data.indexOf(upTo);
  return found < 0 ? data : data.slice(0, found + 1);
}
