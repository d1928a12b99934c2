/** Patterns of file names, as fnmatch(3) matches them. */

/** Whether a name matches. `*` and `?` match any character but, with `isPath`, a slash. Linear in the name for each `*`. */
export function matchesGlob(pattern: string, name: string, { isPath = false, ignoresCase = false } = {}): boolean {
  const [glob, text] = ignoresCase ? [pattern.toLowerCase(), name.toLowerCase()] : [pattern, name];
  let [at, from] = [0, 0];
  let star = -1;
  let retry = 0;
  while (from < text.length) {
    const step = at < glob.length ? matchOne(glob, at, text[from]!, isPath) : undefined;
    if (glob[at] === "*") {
      star = at++;
      retry = from;
    } else if (step !== undefined) {
      at = step;
      from++;
    } else if (star >= 0 && !(isPath && text[retry] === "/")) {
      at = star + 1;
      from = ++retry;
    } else {
      return false;
    }
  }
  while (glob[at] === "*") at++;
  return at === glob.length;
}

/** The position after the element at `at` if it matches the character. */
function matchOne(glob: string, at: number, character: string, isPath: boolean): number | undefined {
  const element = glob[at]!;
  if (element === "?") return isPath && character === "/" ? undefined : at + 1;
  if (element === "\\" && at + 1 < glob.length) return glob[at + 1] === character ? at + 2 : undefined;
  if (element !== "[") return element === character ? at + 1 : undefined;
  const close = glob.indexOf("]", at + (/^\[[!^]?\]/.test(glob.slice(at)) ? 3 : 1));
  if (close < 0) return character === "[" ? at + 1 : undefined;
  return inSet(glob.slice(at + 1, close), character) ? close + 1 : undefined;
}

function inSet(set: string, character: string): boolean {
  const isNegated = set[0] === "!" || set[0] === "^";
  const body = isNegated ? set.slice(1) : set;
  let isIn = false;
  for (let i = 0; i < body.length; i++) {
    const named = /^\[:(\w+):/.exec(body.slice(i));
    if (named) {
      if (CLASSES[named[1]!]?.test(character)) isIn = true;
      i += named[0].length;
    } else if (body[i + 1] === "-" && i + 2 < body.length) {
      if (character >= body[i]! && character <= body[i + 2]!) isIn = true;
      i += 2;
    } else if (body[i] === character) isIn = true;
  }
  return isIn !== isNegated;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[a-zA-Z]/,
  digit: /\d/,
  alnum: /[a-zA-Z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  punct: /[!-/:-@[-`{-~]/,
};
