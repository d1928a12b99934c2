/** Estimates of what an expression costs, in the units of cel-go's checker (cel-go: checker/cost.go). */

/** How large a value may be, and what is in it. */
export interface Shape {
  /** Characters, items or entries. */
  max: number;
  items?: Shape | undefined;
  keys?: Shape | undefined;
  field?(name: string): Shape | undefined;
}

/** The most that an expression can cost, and the most that its value can hold. */
export interface Estimate {
  cost: number;
  shape: Shape;
}

/** Creating a list or a map, whatever its size. */
export const LIST_COST = 10;
export const MAP_COST = 30;
