/** Types and helpers that the commands share. */
import type { ProcessView } from "../../../../shell/program.ts";
import { integer, RedisError, type Reply, type Store, SYNTAX } from "../store.ts";

/** A command: its least and most arguments (without its name), whether it writes, and its work. */
export interface Command {
  args: readonly [least: number, most: number];
  writes?: boolean;
  run(store: Store, args: readonly string[], process: ProcessView): Reply;
}

export type Commands = Readonly<Record<string, Command>>;

export const MANY = Number.POSITIVE_INFINITY;

/** @throws RedisError */
export function wrongCount(name: string): never {
  throw new RedisError(`ERR wrong number of arguments for '${name}' command`);
}

/** Positive positions from the start, negative ones from the end, both ends included. */
export function range<T>(values: readonly T[], from: string | undefined, to: string | undefined): T[] {
  const at = (text: string | undefined) => {
    const position = integer(text);
    return position < 0 ? values.length + position : position;
  };
  return values.slice(Math.max(0, at(from)), Math.max(0, at(to) + 1));
}

/** The value of an option such as `COUNT 2`; undefined if it is absent. @throws RedisError without a value */
export function option(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg.toUpperCase() === name);
  if (at < 0) return undefined;
  const value = args[at + 1];
  if (value === undefined) throw new RedisError(SYNTAX);
  return value;
}

export function hasOption(args: readonly string[], name: string): boolean {
  return args.some((arg) => arg.toUpperCase() === name);
}

/** `LIMIT offset count` of a list of results. */
export function limited<T>(values: readonly T[], args: readonly string[]): T[] {
  const at = args.findIndex((arg) => arg.toUpperCase() === "LIMIT");
  if (at < 0) return [...values];
  const [offset, count] = [integer(args[at + 1]), integer(args[at + 2])];
  return values.slice(offset, count < 0 ? undefined : offset + count);
}

/** Keys that a count announces: `2 a b`. The rest are options. @throws RedisError */
export function countedKeys(args: readonly string[]): { keys: readonly string[]; rest: readonly string[] } {
  const count = integer(args[0]);
  if (count <= 0) throw new RedisError("ERR at least 1 input key is needed");
  if (args.length < count + 1) throw new RedisError(SYNTAX);
  return { keys: args.slice(1, count + 1), rest: args.slice(count + 1) };
}

/** Options of SCAN and its relatives; all values are in one page. @throws RedisError */
export function scanOptions([cursor = "", ...options]: readonly string[]): { pattern: string } {
  if (!/^\d+$/.test(cursor)) throw new RedisError("ERR invalid cursor");
  const count = option(options, "COUNT");
  if (count !== undefined && integer(count) < 1) throw new RedisError(SYNTAX);
  return { pattern: option(options, "MATCH") ?? "*" };
}
