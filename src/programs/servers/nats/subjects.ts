/** Subjects of NATS: `orders.*.created` and `orders.>`. */
export function matchesSubject(pattern: string, subject: string): boolean {
  const [wanted, given] = [pattern.split("."), subject.split(".")];
  for (const [i, part] of wanted.entries()) {
    if (part === ">") return given.length > i;
    if (given[i] === undefined || (part !== "*" && part !== given[i])) return false;
  }
  return wanted.length === given.length;
}
