/** What is wrong with an expression: it cannot be read, names what is not there, costs too much, or fails when it runs. */
export class CelError extends Error {
  override name = "CelError";
}
