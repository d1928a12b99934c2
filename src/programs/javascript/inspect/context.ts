/** Types and names that the parts of `util.inspect` share. */
import { isCallable, type JsObject, type Key, Property, type Value } from "../objects.ts";
import { get, ownProperty } from "../properties.ts";
import type { Vm } from "../vm.ts";
import type { Layout } from "./layout.ts";

export interface InspectOptions {
  depth: number;
  breakLength: number;
  compact: number;
  showHidden: boolean;
  sorted: boolean;
  getters: boolean;
  colors: boolean;
  maxArrayLength: number;
  maxStringLength: number;
  /** How a program with values of its own shows them; undefined: as others. */
  custom?: (value: JsObject) => string | undefined;
}

export const DEFAULTS: InspectOptions = {
  depth: 2,
  breakLength: 80,
  compact: 3,
  showHidden: false,
  sorted: false,
  getters: false,
  colors: false,
  maxArrayLength: 100,
  maxStringLength: 10_000,
};

/** What formatting one value passes on to the values in it. */
export interface Context extends Layout {
  vm: Vm;
  options: InspectOptions;
  /** Objects around the present one. */
  open: JsObject[];
  /** Objects that contain themselves, by the number that is shown. */
  circular: Map<JsObject, number>;
  property(object: JsObject, key: Key, depth: number): string;
}

const COLORS: Record<string, [number, number]> = {
  number: [33, 39],
  bigint: [33, 39],
  boolean: [33, 39],
  string: [32, 39],
  undefined: [90, 39],
  null: [1, 22],
  symbol: [32, 39],
  special: [36, 39],
  date: [35, 39],
  regexp: [31, 39],
};

export function colored({ options }: Context, text: string, style: string): string {
  const color = options.colors ? COLORS[style] : undefined;
  return color ? `\u001b[${color[0]}m${text}\u001b[${color[1]}m` : text;
}

/** The name of an object's class; null without a prototype. */
export function classNameOf(vm: Vm, object: JsObject): string | null {
  for (let each: JsObject | null = object; each; each = each.proto) {
    const own = ownProperty(vm, each, "constructor");
    const found = own instanceof Property && !own.isAccessor ? own.value : own;
    if (isCallable(found as Value)) {
      const name = get(vm, found as JsObject, "name");
      if (typeof name === "string" && name !== "") return name;
    }
  }
  return null;
}
