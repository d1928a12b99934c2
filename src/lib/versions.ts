/** The order of API versions as Kubernetes has it (KEP-less convention: apimachinery's version package). */

/** Negative when `a` goes first: released before beta before alpha, newest first; names of another form last, by name. */
export function compareVersions(a: string, b: string): number {
  const parts = (text: string) => /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text);
  const [x, y] = [parts(a), parts(b)];
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : a > b ? 1 : 0;
  const stage = (match: RegExpExecArray) => (match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0);
  return stage(y) - stage(x) || Number(y[1]) - Number(x[1]) || Number(y[3] ?? 0) - Number(x[3] ?? 0);
}
