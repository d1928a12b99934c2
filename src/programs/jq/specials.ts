/** Builtins that need more than values: their arguments as code, or the path. */
import { getPath } from "./access.ts";
import { type Code, continuation, pathKeys, pathStart } from "./machine.ts";
import { JqError, type Value } from "./values.ts";

/** Makes the code of a call from that of its arguments. */
type Special = (args: readonly Code[]) => Code;

const SPECIALS: Readonly<Record<string, Special>> = {
  "empty/0": () => () => {},

  "path/1":
    ([body]) =>
    (machine, input, next) => {
      const { environment, value } = input;
      const take = continuation(next, (result, path) => {
        const keys = pathKeys(path!, result);
        machine.meter.charge(keys.length);
        machine.give(next, keys, input.path);
      });
      machine.evaluate(body!, { environment, value, path: pathStart(value) }, take);
    },

  "getpath/1":
    ([body]) =>
    (machine, input, next) => {
      const take = continuation(next, (keys) => {
        if (!Array.isArray(keys)) throw new JqError("Path must be specified as an array");
        const { value, path } = input;
        if (path && !Object.is(path.at, value)) pathKeys(path, value);
        const part = getPath(value, keys, machine.meter);
        const steps = keys.reduce<typeof path>((up, key) => up && { up, key, at: null }, path);
        machine.give(next, part, steps && { ...steps, at: part });
      });
      machine.evaluate(body!, { ...input, path: undefined }, take);
    },

  "inputs/0": () => (machine, input, next) => {
    const from = () => {
      const found = machine.surroundings.input();
      if (!found) return;
      machine.fork(from);
      machine.give(next, found.value, input.path);
    };
    from();
  },

  "range/2":
    ([fromCode, toCode]) =>
    (machine, input, next) => {
      const plain = { ...input, path: undefined };
      const count = (from: Value, to: Value) => {
        if (typeof from !== "number" || typeof to !== "number") throw new JqError("Range bounds must be numeric");
        const at = (value: number) => {
          if (!(value < to)) return;
          if (value + 1 < to) machine.fork(() => at(value + 1));
          machine.give(next, value, input.path);
        };
        at(from);
      };
      const takeFrom = continuation(next, (from) => {
        machine.evaluate(
          toCode!,
          plain,
          continuation(next, (to) => count(from, to)),
        );
      });
      machine.evaluate(fromCode!, plain, takeFrom);
    },
};

/** A builtin by name and number of arguments. */
export function findSpecial(key: string): Special | undefined {
  return Object.hasOwn(SPECIALS, key) ? SPECIALS[key] : undefined;
}

export const SPECIAL_NAMES = Object.keys(SPECIALS);
