/** dd. */
import { FileError } from "../../files/errors.ts";
import { MAX_FILE_BYTES, MAX_STATE_BYTES } from "../../lib/container-limits.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Flavour, MissingOperand, type Tool, UsageError } from "../base/call.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { resolvePath } from "../base/paths.ts";
import { humanSize, parseSize } from "../base/sizes.ts";
import { withUsage } from "../processes/waiting.ts";

/** Bytes that one call of dd copies at most before other processes have their turn. */
const DD_TURN_BYTES = 1024 * 1024;
/** The same for zeros that a large file does not hold. */
const ZEROS_TURN_BYTES = 64 * 1024 * 1024;
/** A disk of a gigabyte a second: an endless copy takes cluster time. */
const DISK_BYTES_PER_MS = 1_000_000;

interface DdState {
  input?: number;
  output?: number;
  copied?: number;
  full?: number;
  partial?: number;
  skipped?: number;
  startedAtMs?: number;
}

export const dd: Tool = (flavour) => ({
  run: (process): Step =>
    withUsage(process, flavour, () => {
      const state = process.state as DdState;
      const settings = readSettings(process.argv.slice(1));
      const fail = (name: string, error: unknown): Step => {
        const text = flavour === "gnu" ? `failed to open ${quoted(name)}` : `can't open '${name}'`;
        process.write(2, `dd: ${text}: ${fileProblem(error)}\n`);
        return { type: "exit", status: 1 };
      };
      if (state.input === undefined) {
        state.startedAtMs = process.nowMs;
        try {
          state.input = settings.if === undefined ? 0 : process.open(resolvePath(process.cwd, settings.if), "read");
        } catch (error) {
          return fail(settings.if!, error);
        }
      }
      if (state.output === undefined) {
        try {
          state.output =
            settings.of === undefined
              ? 1
              : process.open(resolvePath(process.cwd, settings.of), settings.keeps ? "append" : "write");
        } catch (error) {
          return fail(settings.of!, error);
        }
      }
      const filled = zerosOf(process, settings);
      return filled === undefined
        ? copyBlocks(process, flavour, state, settings)
        : fillWithZeros(process, flavour, state, { ...settings, ...filled });
    }),
});

interface DdSettings {
  if?: string;
  of?: string;
  blockBytes: number;
  count: number;
  skip: number;
  keeps: boolean;
  status: string;
}

const OPERANDS = new Set("if of bs ibs obs cbs count skip seek conv iflag oflag status iseek oseek".split(" "));

function readSettings(args: readonly string[]): DdSettings {
  const values = new Map<string, string>();
  for (const argument of args) {
    const [, name, value] = /^([a-z]+)=(.*)$/s.exec(argument) ?? [];
    if (name === undefined) throw new MissingOperand(`unrecognized operand ${quoted(argument)}`);
    if (!OPERANDS.has(name)) throw new MissingOperand(`unrecognized operand ${quoted(argument)}`);
    values.set(name, value!);
  }
  const size = (name: string, fallback: number) => {
    const text = values.get(name);
    const parsed =
      text === undefined
        ? fallback
        : text.split("x").reduce<number | undefined>((product, part) => {
            const value = parseSize(part);
            return product === undefined || value === undefined ? undefined : product * value;
          }, 1);
    if (parsed === undefined) throw new UsageError(`invalid number: ${quoted(text ?? "")}`, { hasHint: false });
    return parsed;
  };
  return {
    if: values.get("if"),
    of: values.get("of"),
    blockBytes: size("bs", size("ibs", 512)),
    count: size("count", Number.POSITIVE_INFINITY),
    skip: size("skip", 0),
    keeps: /append|notrunc/.test(`${values.get("conv") ?? ""},${values.get("oflag") ?? ""}`),
    status: values.get("status") ?? "",
  };
}

/** A new file of zeros that is too large to be held: its path and size. Undefined: the blocks are copied. */
function zerosOf(process: ProcessView, settings: DdSettings): { path: string; sizeBytes: number } | undefined {
  if (settings.if === undefined || settings.of === undefined || settings.keeps) return undefined;
  const sizeBytes = settings.count * settings.blockBytes;
  const source = process.files.find(resolvePath(process.cwd, settings.if));
  const path = resolvePath(process.cwd, settings.of);
  const isZero = source?.type === "device" && source.device === "zero";
  if (!isZero || sizeBytes <= MAX_FILE_BYTES || process.files.find(path)?.type !== "file") return undefined;
  return { path, sizeBytes };
}

function fillWithZeros(
  process: ProcessView,
  flavour: Flavour,
  state: DdState,
  settings: DdSettings & { path: string; sizeBytes: number },
): Step {
  const { memoryLimitBytes, memoryBytes } = process.host;
  const hasRoom = settings.blockBytes <= (memoryLimitBytes ?? memoryBytes);
  const refused = hasRoom ? undefined : refuseBlock(process, flavour, settings);
  if (refused) return refused;
  const before = state.copied ?? 0;
  const { path, blockBytes } = settings;
  const wanted = Math.min(settings.sizeBytes, before + Math.max(blockBytes, ZEROS_TURN_BYTES));
  const count = (bytes: number) => {
    state.copied = bytes;
    state.full = Math.floor(bytes / blockBytes);
    state.partial = bytes % blockBytes === 0 ? 0 : 1;
  };
  try {
    process.files.resize(path, wanted);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const entry = process.files.find(path);
    count(entry ? process.files.sizeBytes(entry) : before);
    return writeFailure(process, flavour, state, { ...settings, unwritten: "full", error });
  }
  count(wanted);
  process.useCpu((wanted - before) / DISK_BYTES_PER_MS);
  if (wanted < settings.sizeBytes) return { type: "wait", for: [{ type: "time", atMs: process.nowMs + 1 }] };
  report(process, flavour, state, settings);
  return { type: "exit", status: 0 };
}

function writeFailure(
  process: ProcessView,
  flavour: Flavour,
  state: DdState,
  settings: DdSettings & { unwritten: "full" | "partial"; error: unknown },
): Step {
  const output = quoted(settings.of ?? "standard output");
  process.write(2, `dd: error writing ${output}: ${fileProblem(settings.error)}\n`);
  report(process, flavour, state, settings);
  return { type: "exit", status: 1 };
}

/** A block is a buffer in memory. Undefined: there is room for it. */
function refuseBlock(process: ProcessView, flavour: Flavour, { blockBytes }: DdSettings): Step | undefined {
  if (blockBytes <= MAX_STATE_BYTES) return undefined;
  const limit = process.host.memoryLimitBytes ?? process.host.memoryBytes;
  if (blockBytes > limit && blockBytes <= process.host.memoryBytes) {
    // The kernel ends the process at its next look at the memory of the container.
    process.state.heapBytes = blockBytes;
    return { type: "wait", for: [{ type: "time", atMs: process.nowMs + 1 }] };
  }
  const size = `${blockBytes} bytes (${binary(blockBytes)})`;
  const text = flavour === "gnu" ? `memory exhausted by input buffer of size ${size}` : "out of memory";
  process.write(2, `dd: ${text}\n`);
  return { type: "exit", status: 1 };
}

function copyBlocks(process: ProcessView, flavour: Flavour, state: DdState, settings: DdSettings): Step {
  let moved = 0;
  const refused = refuseBlock(process, flavour, settings);
  if (refused) return refused;
  for (;;) {
    const blocks = (state.full ?? 0) + (state.partial ?? 0);
    if (blocks >= settings.count) break;
    const data = process.read(state.input!, { maxBytes: settings.blockBytes });
    if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: state.input! }] };
    if (data === "") break;
    if ((state.skipped ?? 0) < settings.skip) {
      state.skipped = (state.skipped ?? 0) + 1;
      continue;
    }
    const isFull = data.length === settings.blockBytes;
    let hasRoom: boolean;
    try {
      hasRoom = process.write(state.output!, data);
    } catch (error) {
      return writeFailure(process, flavour, state, { ...settings, unwritten: isFull ? "full" : "partial", error });
    }
    if (isFull) state.full = (state.full ?? 0) + 1;
    else state.partial = (state.partial ?? 0) + 1;
    state.copied = (state.copied ?? 0) + data.length;
    moved += data.length;
    if (!hasRoom) return { type: "wait", for: [{ type: "writable", fd: state.output! }] };
    process.useCpu(data.length / DISK_BYTES_PER_MS);
    if (moved >= DD_TURN_BYTES) return { type: "wait", for: [{ type: "time", atMs: process.nowMs + 1 }] };
  }
  report(process, flavour, state, settings);
  return { type: "exit", status: 0 };
}

function report(
  process: ProcessView,
  flavour: Flavour,
  state: DdState,
  settings: DdSettings & { unwritten?: "full" | "partial" },
): void {
  if (settings.status === "none") return;
  const { full = 0, partial = 0, copied = 0 } = state;
  const read = `${full + (settings.unwritten === "full" ? 1 : 0)}+${partial + (settings.unwritten === "partial" ? 1 : 0)}`;
  process.write(2, `${read} records in\n${full}+${partial} records out\n`);
  if (settings.status === "noxfer") return;
  const seconds = Math.max(0.0001, (process.nowMs - (state.startedAtMs ?? 0)) / 1000, copied / 1e9);
  if (flavour === "busybox") {
    process.write(
      2,
      `${copied} bytes (${humanSize(copied).replace(/^(\d+)$/, "$1.0")}B) copied, ${seconds.toFixed(6)} seconds, ${humanSize(Math.floor(copied / seconds))}B/s\n`,
    );
    return;
  }
  const sizes = copied >= 1000 ? ` (${decimal(copied)}B${copied >= 1024 ? `, ${binary(copied)}` : ""})` : "";
  process.write(
    2,
    `${copied} byte${copied === 1 ? "" : "s"}${sizes} copied, ${seconds.toPrecision(6).replace(/0+$/, "")} s, ${decimal(copied / seconds)}B/s\n`,
  );
}

function decimal(value: number): string {
  return scaled(value, 1000, ["", "k", "M", "G", "T"]);
}

function binary(value: number): string {
  return `${scaled(value, 1024, ["", "Ki", "Mi", "Gi", "Ti"])}B`;
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  while (rest >= base && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  return `${rest < 10 && unit > 0 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`;
}
