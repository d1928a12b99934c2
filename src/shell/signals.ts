/** Numbers, names and default actions of signals. Linux: signal(7). */
import type { SignalName } from "./program.ts";

export const SIGNAL_NUMBERS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  WINCH: 28,
} as const satisfies Record<SignalName, number>;

const NAMES = Object.keys(SIGNAL_NUMBERS) as SignalName[];

const IGNORED_BY_DEFAULT: readonly SignalName[] = ["CHLD", "URG", "WINCH", "CONT"];
const STOPS: readonly SignalName[] = ["STOP", "TSTP", "TTIN", "TTOU"];

/** Texts of strsignal(3), which shells print when a child was killed. */
const DESCRIPTIONS: Partial<Record<SignalName, string>> = {
  HUP: "Hangup",
  INT: "Interrupt",
  QUIT: "Quit",
  ILL: "Illegal instruction",
  TRAP: "Trace/breakpoint trap",
  ABRT: "Aborted",
  BUS: "Bus error",
  FPE: "Floating point exception",
  KILL: "Killed",
  USR1: "User defined signal 1",
  SEGV: "Segmentation fault",
  USR2: "User defined signal 2",
  PIPE: "Broken pipe",
  ALRM: "Alarm clock",
  TERM: "Terminated",
};

export type DefaultAction = "end" | "stop" | "ignore";

export function defaultAction(name: SignalName): DefaultAction {
  if (IGNORED_BY_DEFAULT.includes(name)) return "ignore";
  return STOPS.includes(name) ? "stop" : "end";
}

export function describeSignal(name: SignalName): string {
  return DESCRIPTIONS[name] ?? name;
}

/** The signal of a name (with or without SIG, any case) or a number; undefined if there is no such signal. */
export function findSignal(word: string): SignalName | undefined {
  if (/^\d+$/.test(word)) return signalOfNumber(Number(word));
  const name = word.toUpperCase().replace(/^SIG/, "");
  return NAMES.find((each) => each === name);
}

export function signalOfNumber(number: number): SignalName | undefined {
  return NAMES.find((name) => SIGNAL_NUMBERS[name] === number);
}
