/**
 * Ranges of versions: `>=1.2.0 <2.0.0 || 3.x`.
 * Source: github.com/blang/semver range.go
 */
/** True if the version fulfils all conditions of one alternative. */
export function isInRange(version: string, range: string): boolean {
  return range.split("||").some((alternative) => {
    const conditions = alternative.match(/[<>=!]*\s*[\w.+-]+/g) ?? [];
    return conditions.length > 0 && conditions.every((condition) => fulfils(version, condition));
  });
}

function fulfils(version: string, condition: string): boolean {
  const [, operator = "", wanted = ""] = /^([<>=!]*)\s*(.*)$/.exec(condition) ?? [];
  const parts = wanted.split(".");
  const wild = parts.findIndex((part) => part === "x" || part === "X");
  if (wild >= 0) {
    const isSame = version.split(".").slice(0, wild).join(".") === parts.slice(0, wild).join(".");
    return operator.startsWith("!") ? !isSame : isSame;
  }
  const order = compareSemver(version, wanted);
  switch (operator) {
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "!":
    case "!=":
      return order !== 0;
    default:
      return order === 0;
  }
}

/** Negative, zero or positive. A pre-release goes before its release. */
export function compareSemver(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.stage === right.stage) return 0;
  if (left.stage === "" || right.stage === "") return left.stage === "" ? 1 : -1;
  return left.stage < right.stage ? -1 : 1;
}

function partsOf(version: string): { numbers: number[]; stage: string } {
  const [, core = "", stage = ""] = /^v?([^-+]*)(?:-([^+]*))?/.exec(version) ?? [];
  return { numbers: core.split(".").map(Number), stage };
}
