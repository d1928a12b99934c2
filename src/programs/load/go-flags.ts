/** Flags in the form of Go's package `flag`: `-name value`, `-name=value`, `--name value`. */
import { UsageError } from "../base/call.ts";

export interface GoFlags {
  /** Arguments behind the flags. */
  operands: readonly string[];
  has(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): string[];
}

/** `switches` are the flags without a value. Flags end at the first operand. @throws UsageError */
export function readGoFlags(args: readonly string[], switches: readonly string[]): GoFlags {
  const given: { name: string; value: string }[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const [, name, attached] = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(args[at]!) ?? [];
    if (name === undefined) break;
    if (switches.includes(name)) given.push({ name, value: attached ?? "true" });
    else {
      const value = attached ?? args[++at];
      if (value === undefined) throw new UsageError(`flag needs an argument: -${name}`, { hasHint: false });
      given.push({ name, value });
    }
  }
  return {
    operands: args.slice(at),
    has: (name) => given.some((flag) => flag.name === name && flag.value !== "false"),
    value: (name) => given.findLast((flag) => flag.name === name)?.value,
    values: (name) => given.filter((flag) => flag.name === name).map(({ value }) => value),
  };
}
