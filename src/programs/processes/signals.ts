/** Names and numbers of signals on Linux. */
import type { SignalName } from "../../shell/program.ts";

const NUMBERS: Readonly<Record<SignalName, number>> = {
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
};

/** A signal by name, with or without SIG, or by number. */
export function signalByName(text: string): SignalName | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (Object.hasOwn(NUMBERS, name)) return name as SignalName;
  return /^\d+$/.test(text) ? signalOfNumber(Number(text)) : undefined;
}

/** 128 + n is the exit status of a process that signal n ended. */
export function signalOfNumber(number: number): SignalName | undefined {
  const found = Object.entries(NUMBERS).find(([, value]) => value === (number > 128 ? number - 128 : number));
  return found?.[0] as SignalName | undefined;
}

export function signalNumber(name: SignalName): number {
  return NUMBERS[name];
}

export const SIGNALS = Object.entries(NUMBERS) as readonly [SignalName, number][];
