/** `time`. The container's time zone is UTC. */
import { real, text } from "../builtins/arguments.ts";
import { type Module, Tuple } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(" ");
const two = (value: number) => String(value).padStart(2, "0");

/** strftime(3) in UTC. */
export function formatTime(pattern: string, atMs: number): string {
  const date = new Date(atMs);
  const day = date.getUTCDay();
  const hour = date.getUTCHours();
  const yearDay =
    Math.floor(
      (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) /
        86_400_000,
    ) + 1;
  const fields: Record<string, () => string> = {
    Y: () => String(date.getUTCFullYear()),
    y: () => two(date.getUTCFullYear() % 100),
    m: () => two(date.getUTCMonth() + 1),
    d: () => two(date.getUTCDate()),
    e: () => String(date.getUTCDate()).padStart(2),
    H: () => two(hour),
    I: () => two(hour % 12 || 12),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    f: () => String(date.getUTCMilliseconds() * 1000).padStart(6, "0"),
    p: () => (hour < 12 ? "AM" : "PM"),
    A: () => DAYS[day]!,
    a: () => DAYS[day]!.slice(0, 3),
    B: () => MONTHS[date.getUTCMonth()]!,
    b: () => MONTHS[date.getUTCMonth()]!.slice(0, 3),
    j: () => String(yearDay).padStart(3, "0"),
    w: () => String(day),
    u: () => String(day || 7),
    s: () => String(Math.floor(atMs / 1000)),
    Z: () => "UTC",
    z: () => "+0000",
    c: () => formatTime("%a %b %e %H:%M:%S %Y", atMs),
    x: () => formatTime("%m/%d/%y", atMs),
    X: () => formatTime("%H:%M:%S", atMs),
    F: () => formatTime("%Y-%m-%d", atMs),
    T: () => formatTime("%H:%M:%S", atMs),
    n: () => "\n",
    "%": () => "%",
  };
  return pattern.replace(/%([a-zA-Z%])/g, (whole, name: string) => fields[name]?.() ?? whole);
}

const seconds = (vm: Interpreter) => vm.process.nowMs / 1000;

function parts(atMs: number): Tuple {
  const date = new Date(atMs);
  const values = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    (date.getUTCDay() + 6) % 7,
    Number(formatTime("%j", atMs)),
    0,
  ];
  return new Tuple(values.map(BigInt));
}

function instantOf({ items }: Tuple): number {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = items.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const fill = functionsOf("time", {
  time: (vm) => seconds(vm),
  time_ns: (vm) => BigInt(Math.floor(vm.process.nowMs)) * 1_000_000n,
  monotonic: (vm) => seconds(vm) - vm.process.host.bootedAtMs / 1000,
  perf_counter: (vm) => seconds(vm) - vm.process.host.bootedAtMs / 1000,
  sleep(vm, [duration]) {
    vm.pending ??= { untilMs: vm.process.nowMs + real(duration) * 1000 };
    const atMs = Number(vm.pending["untilMs"]);
    if (vm.process.nowMs < atMs) vm.wait({ type: "time", atMs }, { type: "signal" });
    vm.pending = null;
    return null;
  },
  strftime: (vm, [pattern, at]) => formatTime(text(pattern), at instanceof Tuple ? instantOf(at) : vm.process.nowMs),
  gmtime: (vm, [at]) => parts(at === undefined ? vm.process.nowMs : real(at) * 1000),
  localtime: (vm, [at]) => parts(at === undefined ? vm.process.nowMs : real(at) * 1000),
  mktime: (_vm, [at]) => instantOf(at as Tuple) / 1000,
  ctime: (vm, [at]) => formatTime("%a %b %e %H:%M:%S %Y", at === undefined ? vm.process.nowMs : real(at) * 1000),
  asctime: (vm) => formatTime("%a %b %e %H:%M:%S %Y", vm.process.nowMs),
});

export function fillTime(_vm: Interpreter, module: Module): void {
  fill(module);
  define(module, { timezone: 0n });
}
