/** Ends the work of the pure core from inside, so that it runs again later: no process of a container may handle it. */
export class Interruption extends Error {
  override name: string = "Interruption";
}
