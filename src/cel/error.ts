/** Where and how an expression is wrong, for messages in other words than ours. */
export interface CelProblem {
  /** The library's name of the kind of problem: `unknown_variable`, `no_such_overload`, … */
  code: string;
  /** The library's message without the place. */
  summary: string;
  /** Characters of the source. */
  start: number;
  end: number;
  /** The index that is outside of its list, for the code `index_out_of_bounds`. */
  index?: string;
}

/** What is wrong with an expression: it cannot be read, names what is not there, costs too much, or fails when it runs. */
export class CelError extends Error {
  override name = "CelError";
  readonly problem: CelProblem | undefined;

  constructor(message: string, problem?: CelProblem) {
    super(message);
    this.problem = problem;
  }
}

/** An expression that costs too much. */
export class CelCostError extends CelError {
  override name = "CelCostError";
}

/** An expression that names a field which the schema does not have. */
export class UnknownFieldError extends CelError {
  override name = "UnknownFieldError";
}
