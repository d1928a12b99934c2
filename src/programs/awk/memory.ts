/** Variables of awk: global cells, and the cells of the function that runs. */
import type { JsonValue } from "../../lib/json.ts";
import type { AwkArray } from "./arrays.ts";
import { AwkError } from "./errors.ts";
import type { Value } from "./values.ts";

export interface Cell {
  value: Value;
  array?: AwkArray;
  /** A parameter without a value is the caller's variable, in case that it becomes an array. */
  link?: Cell;
}

export type SavedCell = [name: string, value: JsonValue, elements: [string, JsonValue][] | null];

export class Memory {
  #globals = new Map<string, Cell>();
  locals: Map<string, Cell> | undefined;

  cell(name: string): Cell {
    const local = this.locals?.get(name);
    if (local) return local;
    let cell = this.#globals.get(name);
    if (!cell) {
      cell = { value: null };
      this.#globals.set(name, cell);
    }
    return cell;
  }

  value(name: string): Value {
    const cell = this.cell(name);
    if (cell.array) throw new AwkError(`can't use array ${name} in scalar context`);
    return cell.value;
  }

  set(name: string, value: Value): void {
    this.cell(name).value = value;
  }

  array(name: string): AwkArray {
    return arrayOf(this.cell(name));
  }

  /** A copy that later changes do not reach. */
  copy(): Map<string, Cell> {
    return new Map(
      [...this.#globals].map(([name, { value, array }]) => [name, { value, ...(array && { array: new Map(array) }) }]),
    );
  }

  restore(globals: Map<string, Cell>): void {
    this.#globals = globals;
    this.locals = undefined;
  }
}

export function arrayOf(cell: Cell): AwkArray {
  if (!cell.array) cell.array = cell.link ? arrayOf(cell.link) : new Map();
  return cell.array;
}

export function savedCells(cells: ReadonlyMap<string, Cell>): SavedCell[] {
  return [...cells].map(([name, { value, array }]) => [
    name,
    savedValue(value),
    array ? [...array].map(([key, each]): [string, JsonValue] => [key, savedValue(each)]) : null,
  ]);
}

export function loadedCells(saved: readonly SavedCell[]): Map<string, Cell> {
  return new Map(
    saved.map(([name, value, elements]) => [
      name,
      {
        value: loadedValue(value),
        ...(elements && { array: new Map(elements.map(([key, each]) => [key, loadedValue(each)])) }),
      },
    ]),
  );
}

/** JSON has no infinite numbers. */
export function savedValue(value: Value): JsonValue {
  if (typeof value === "number" && !Number.isFinite(value)) return { infinite: String(value) };
  return value === null || typeof value !== "object" ? value : { ...value };
}

export function loadedValue(saved: JsonValue): Value {
  if (saved !== null && typeof saved === "object" && "infinite" in saved) return Number(saved.infinite);
  return saved as Value;
}
