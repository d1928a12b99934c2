/** dd. */
import { FileError } from "../../files/errors.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import type { Step } from "../../shell/program.ts";
import { MissingOperand, type Tool, UsageError } from "../base/call.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { resolvePath } from "../base/paths.ts";
import { humanSize, parseSize } from "../base/sizes.ts";
import { withUsage } from "../processes/waiting.ts";

/** Bytes that one call of dd copies at most before other processes have their turn. */
const DD_TURN_BYTES = 1024 * 1024;

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
      return copyBlocks(process, flavour, state, settings);
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

function copyBlocks(
  process: Parameters<ReturnType<Tool>["run"]>[0],
  flavour: "gnu" | "busybox",
  state: DdState,
  settings: DdSettings,
): Step {
  let moved = 0;
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
    if (data.length === settings.blockBytes) state.full = (state.full ?? 0) + 1;
    else state.partial = (state.partial ?? 0) + 1;
    state.copied = (state.copied ?? 0) + data.length;
    moved += data.length;
    try {
      if (settings.of !== undefined && (state.copied ?? 0) > MAX_FILE_BYTES && settings.of !== "/dev/null")
        throw new FileError("ENOSPC", settings.of);
      if (!process.write(state.output!, data)) return { type: "wait", for: [{ type: "writable", fd: state.output! }] };
    } catch (error) {
      process.write(2, `dd: error writing ${quoted(settings.of ?? "standard output")}: ${fileProblem(error)}\n`);
      report(process, flavour, state, settings);
      return { type: "exit", status: 1 };
    }
    // A disk of a gigabyte a second: an endless copy takes cluster time.
    process.useCpu(data.length / 1_000_000);
    if (moved >= DD_TURN_BYTES) return { type: "wait", for: [{ type: "time", atMs: process.nowMs + 1 }] };
  }
  report(process, flavour, state, settings);
  return { type: "exit", status: 0 };
}

function report(
  process: Parameters<ReturnType<Tool>["run"]>[0],
  flavour: "gnu" | "busybox",
  state: DdState,
  settings: DdSettings,
): void {
  if (settings.status === "none") return;
  const { full = 0, partial = 0, copied = 0 } = state;
  process.write(2, `${full}+${partial} records in\n${full}+${partial} records out\n`);
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
