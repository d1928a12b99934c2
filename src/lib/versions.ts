/** Kubernetes' order of API versions (apimachinery's version package). */
import { compareIntegers, parseInt64 } from "./integers.ts";

interface KubeVersion {
  major: bigint;
  /** 2 for released, 1 for beta, 0 for alpha. */
  stage: number;
  minor: bigint;
}

/**
 * Negative when `a` goes first: released before beta before alpha, newest first; names of another form last, by name.
 */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)];
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : a > b ? 1 : 0;
  return y.stage - x.stage || compareIntegers(y.major, x.major) || compareIntegers(y.minor, x.minor);
}

/** Undefined for names of another form and for numbers beyond 64 bits. */
function parse(text: string): KubeVersion | undefined {
  const [match, majorText, stageName, minorText = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text) ?? [];
  const [major, minor] = [parseInt64(majorText), parseInt64(minorText)];
  if (match === undefined || major === undefined || minor === undefined) return undefined;
  return { major, minor, stage: stageName === undefined ? 2 : stageName === "beta" ? 1 : 0 };
}
