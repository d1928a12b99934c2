/**
 * Kubernetes' semver library: versions by semver.org.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/semverlib.go
 */
import type { Environment } from "@marcbachmann/cel-js";

class CelSemver {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly preRelease: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], preRelease: readonly string[]) {
    this.numbers = numbers;
    this.preRelease = preRelease;
  }
}

const MAX_LENGTH = 256;
const NUMBER = "(0|[1-9]\\d{0,17})";
const IDENTIFIERS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?$`);

export function registerSemver(environment: Environment): void {
  environment
    .registerType("Semver", CelSemver)
    .registerFunction("isSemver(string): bool", (text: string) => parse(text) !== null)
    .registerFunction("isSemver(string, bool): bool", (text: string, isLoose: boolean) => read(text, isLoose) !== null)
    .registerFunction("semver(string): Semver", (text: string) => parse(text) ?? fail(text))
    .registerFunction(
      "semver(string, bool): Semver",
      (text: string, isLoose: boolean) => read(text, isLoose) ?? fail(text),
    )
    .registerFunction("Semver.major(): int", ({ numbers }: CelSemver) => numbers[0])
    .registerFunction("Semver.minor(): int", ({ numbers }: CelSemver) => numbers[1])
    .registerFunction("Semver.patch(): int", ({ numbers }: CelSemver) => numbers[2])
    .registerFunction("Semver.isLessThan(Semver): bool", (a: CelSemver, b: CelSemver) => compare(a, b) < 0)
    .registerFunction("Semver.isGreaterThan(Semver): bool", (a: CelSemver, b: CelSemver) => compare(a, b) > 0)
    .registerFunction("Semver.compareTo(Semver): int", (a: CelSemver, b: CelSemver) => BigInt(compare(a, b)))
    .registerOperator("Semver == Semver", (a: CelSemver, b: CelSemver) => compare(a, b) === 0);
}

function read(text: string, isLoose: boolean): CelSemver | null {
  return parse(isLoose ? normalized(text) : text);
}

function parse(text: string): CelSemver | null {
  const match = text.length <= MAX_LENGTH ? VERSION.exec(text) : null;
  if (!match) return null;
  const preRelease = match[4]?.split(".") ?? [];
  // Numbers of a pre-release have no leading zeros either.
  if (preRelease.some((part) => /^0\d+$/.test(part))) return null;
  return new CelSemver([BigInt(match[1]!), BigInt(match[2]!), BigInt(match[3]!)], preRelease);
}

/** `v1.02` is 1.2.0. */
function normalized(text: string): string {
  const [major = "", minor = "0", ...rest] = text.replace(/^v/, "").split(".");
  const patch = rest.length > 0 ? rest.join(".") : "0";
  return [major, minor, patch].map((part) => part.replace(/^0+(?=\d)/, "")).join(".");
}

function compare(a: CelSemver, b: CelSemver): -1 | 0 | 1 {
  for (let i = 0; i < 3; i++) {
    if (a.numbers[i] !== b.numbers[i]) return a.numbers[i]! < b.numbers[i]! ? -1 : 1;
  }
  return comparePreReleases(a.preRelease, b.preRelease);
}

/** A pre-release is less than its release. Otherwise by parts, numbers before words. */
function comparePreReleases(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 0 : a.length === 0 ? 1 : -1;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    return isBefore(left, right) ? -1 : 1;
  }
  return 0;
}

function isBefore(left: string, right: string): boolean {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (isNumber && isOtherNumber) return BigInt(left) < BigInt(right);
  return isNumber === isOtherNumber ? left < right : isNumber;
}

function fail(text: string): never {
  throw new Error(`semver: ${JSON.stringify(text.slice(0, 60))} is no version`);
}
