/** The tools that come from just-bash: jq, join, tree. */
import * as justBash from "#just-bash-tools";
import { bundled } from "./adapter.ts";

/** Arguments that are no options; `withValue` are the letters whose value is the next argument. */
function operandsOf(args: readonly string[], withValue: string): string[] {
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "--") return [...operands, ...args.slice(i + 1)];
    if (argument.startsWith("-") && argument !== "-") {
      if (!argument.startsWith("--") && withValue.includes(argument.at(-1)!)) i++;
    } else operands.push(argument);
  }
  return operands;
}

export const jq = bundled(justBash.jq, {
  // -j prints texts without quotes too.
  prepare: (args) => (args.some((argument) => /^-[a-zA-Z]*j/.test(argument)) ? ["-r", ...args] : args),
  readsInput: (args) => {
    const isNull = args.some((argument) => /^(-[a-zA-Z]*n[a-zA-Z]*|--null-input)$/.test(argument));
    const files = operandsOf(args, "f").slice(1);
    return (
      !isNull &&
      (files.length === 0 ||
        args.includes("--args") ||
        args.includes("--jsonargs") ||
        args.some((argument) => /^--(arg|argjson)$/.test(argument)))
    );
  },
});

export const join = bundled(justBash.join, { readsInput: (args) => args.includes("-") });
export const tree = bundled(justBash.tree, { readsInput: () => false });
