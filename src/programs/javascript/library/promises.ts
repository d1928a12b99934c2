/** Functions that combine promises. */
import { scripts } from "../intrinsics.ts";

/** Visits all promises of an iterable; `visit` has `item`, `i`, `resolve` and `reject`. */
const combining = (name: string, before: string, visit: string, after: string) => `
function ${name}(promises) {
  return new Promise((resolve, reject) => {
    let left = 0;
    let i = 0;
    const made = [];
    ${before}
    for (const each of promises) {
      const at = i++;
      left++;
      const item = Promise.resolve(each);
      ${visit}
    }
    ${after}
  });
}`;

scripts("Promise", {
  all: combining(
    "all",
    "",
    "item.then((value) => { made[at] = value; if (--left === 0) resolve(made); }, reject);",
    "if (i === 0) resolve(made);",
  ),
  allSettled: combining(
    "allSettled",
    "",
    `item.then((value) => { made[at] = { status: "fulfilled", value }; if (--left === 0) resolve(made); },
        (reason) => { made[at] = { status: "rejected", reason }; if (--left === 0) resolve(made); });`,
    "if (i === 0) resolve(made);",
  ),
  any: combining(
    "any",
    "",
    'item.then(resolve, (reason) => { made[at] = reason; if (--left === 0) reject(new AggregateError(made, "All promises were rejected")); });',
    'if (i === 0) reject(new AggregateError([], "All promises were rejected"));',
  ),
  race: combining("race", "", "item.then(resolve, reject);", ""),
  try: "function try_(callback, ...args) { return new Promise((resolve) => resolve(callback(...args))); }",
});
scripts("Promise.prototype", {
  catch: "function catch_(onRejected) { return this.then(undefined, onRejected); }",
  finally: `
function finally_(callback) {
  if (typeof callback !== "function") return this.then(callback, callback);
  return this.then(
    (value) => Promise.resolve(callback()).then(() => value),
    (reason) => Promise.resolve(callback()).then(() => { throw reason; }),
  );
}`,
});
