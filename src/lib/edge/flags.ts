/** Command lines of controllers, as their pods write them. */

/** The value of a flag `--name=value`, `--name value` or `-name=value`; undefined without it. */
export function flag(args: readonly string[], name: string): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const [, found, value] = /^--?([\w.-]+)(?:=([\s\S]*))?$/.exec(args[i] ?? "") ?? [];
    if (found?.toLowerCase() !== name.toLowerCase()) continue;
    if (value !== undefined) return value;
    const next = args[i + 1];
    return next === undefined || next.startsWith("-") ? "true" : next;
  }
  return undefined;
}

export function isSet(args: readonly string[], name: string): boolean {
  const value = flag(args, name);
  return value !== undefined && value !== "false";
}

/** The port at the end of `:8000`, `0.0.0.0:8000` or `:8000/tcp`. */
export function portAtEnd(text: string | undefined, fallback: number): number {
  const port = Number(/(\d+)(?:\/\w+)?$/.exec(text ?? "")?.[1] ?? Number.NaN);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : fallback;
}
