/** Estimates of an expression's cost, in the units of cel-go's checker (cel-go: checker/cost.go). */

/** The largest size of a value and of its parts. */
export interface Shape {
  /** Characters, items or entries. */
  max: number;
  /** The smallest size; 0 if absent. Known for literals. */
  min?: number;
  /** The value of an integer literal, on which other estimates depend. */
  value?: number;
  /** Texts and bytes are read in proportion to their size. */
  kind?: "text" | "bytes";
  /** Cost of `==` between two such values, if it is not the size of the smaller one. */
  equality?: number | "size of the right one";
  items?: Shape | undefined;
  keys?: Shape | undefined;
  field?(name: string): Shape | undefined;
}

/** The most that an expression can cost, and the most that its value can hold. */
export interface Estimate {
  cost: number;
  shape: Shape;
}

/** Creating a list or a map of any size. */
export const LIST_COST = 10;
export const MAP_COST = 30;
/** Reading a text, for each character. */
export const TEXT_FACTOR = 0.1;
/** Reading a regular expression, for each character. */
export const REGEX_FACTOR = 0.25;

export const UNKNOWN: Shape = { max: 2 ** 64 };
export const ONE: Shape = { max: 1 };

/** The cost of going through a value once. */
export function traversal({ max }: Shape, factor = TEXT_FACTOR): number {
  return Math.ceil(max * factor);
}
