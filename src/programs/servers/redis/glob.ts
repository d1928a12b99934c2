/** A glob of Redis: `*`, `?`, `[abc]`. Linear in the text for each star. */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    const set = pattern[p] === "[" ? /^\[(\^?)((?:\\.|[^\]])*)\]/.exec(pattern.slice(p)) : null;
    if (pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (set && inSet(set[2] ?? "", text[t] ?? "") !== (set[1] === "^")) {
      p += set[0].length;
      t++;
    } else if (
      !set &&
      p < pattern.length &&
      (pattern[p] === "?" || (pattern[p] === "\\" ? pattern[++p] : pattern[p]) === text[t])
    ) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function inSet(members: string, character: string): boolean {
  return [...members.matchAll(/(.)-(.)|(.)/g)].some(([, from, to, one]) =>
    one === undefined ? character >= (from ?? "") && character <= (to ?? "") : one === character,
  );
}
