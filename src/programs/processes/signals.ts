/** Signals as commands name them. */
import type { SignalName } from "../../shell/program.ts";
import { SIGNAL_NUMBERS } from "../../shell/signals.ts";

/** A signal by name, with or without SIG, or by number. */
export function signalByName(text: string): SignalName | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (Object.hasOwn(SIGNAL_NUMBERS, name)) return name as SignalName;
  return /^\d+$/.test(text) ? signalOfNumber(Number(text)) : undefined;
}

/** 128 + n is the exit status of a process that signal n ended. */
export function signalOfNumber(number: number): SignalName | undefined {
  const found = Object.entries(SIGNAL_NUMBERS).find(([, value]) => value === (number > 128 ? number - 128 : number));
  return found?.[0] as SignalName | undefined;
}

export function signalNumber(name: SignalName): number {
  return SIGNAL_NUMBERS[name];
}

export const SIGNALS = Object.entries(SIGNAL_NUMBERS) as readonly [SignalName, number][];
