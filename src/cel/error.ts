/** The place and kind of an error, for callers that report it in other words. */
export interface CelProblem {
  /** The library's code of the error: `unknown_variable`, `no_such_overload`, … */
  code: string;
  /** The library's message without the place. */
  summary: string;
  /** Range of characters in the source. */
  start: number;
  end: number;
  /** The index outside of its list, for the code `index_out_of_bounds`. */
  index?: string;
}

/** An expression does not parse, names unknown things, costs too much, or fails at its evaluation. */
export class CelError extends Error {
  override name = "CelError";
  readonly problem: CelProblem | undefined;

  constructor(message: string, problem?: CelProblem) {
    super(message);
    this.problem = problem;
  }
}

/** An expression exceeds its cost limit. */
export class CelCostError extends CelError {
  override name = "CelCostError";
}

/** An expression names a field that the schema does not declare. */
export class UnknownFieldError extends CelError {
  override name = "UnknownFieldError";
}
