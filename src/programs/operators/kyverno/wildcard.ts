/** Patterns of names: `*` stands for any text, `?` for one character. */

export function matchesWildcard(pattern: string, text: string): boolean {
  let [i, j] = [0, 0];
  // The last star and the place in the text from which it was tried.
  let star = -1;
  let from = 0;
  while (j < text.length) {
    if (pattern[i] === "*") {
      star = i++;
      from = j;
    } else if (i < pattern.length && (pattern[i] === "?" || pattern[i] === text[j])) {
      i++;
      j++;
    } else if (star >= 0) {
      i = star + 1;
      j = ++from;
    } else return false;
  }
  while (pattern[i] === "*") i++;
  return i === pattern.length;
}

export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}
