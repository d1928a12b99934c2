/**
 * References `$(NAME)` in commands, arguments and variables; `$$` is a plain `$`.
 * Kubernetes: pkg/kubelet/container/helpers.go, third_party/forked/golang/expansion/expand.go
 */

/** The value of a variable; undefined if there is no such variable. */
export type Lookup = (name: string) => string | undefined;

/** A reference to an unknown variable stays as it is. */
export function expandReferences(text: string, lookUp: Lookup): string {
  return replaceReferences(text, (name) => lookUp(name) ?? `$(${name})`);
}

/**
 * The path of a `subPathExpr`, or the names of variables that are missing or empty, sorted: the mount then fails with
 * `missing value for <names>`.
 */
export function expandSubPath(expression: string, lookUp: Lookup): { path: string } | { missing: string[] } {
  const missing = new Set<string>();
  const path = replaceReferences(expression, (name) => {
    const value = lookUp(name) ?? "";
    if (value === "") missing.add(name);
    return value;
  });
  return missing.size > 0 ? { missing: [...missing].sort() } : { path };
}

function replaceReferences(text: string, replacement: (name: string) => string): string {
  // A `$` that begins nothing, and `$(` without its end, are kept together with the character that follows.
  return text.replace(/\$(?:(\$)|\(([^)]*)\)|([^$]))/gs, (all, escaped, name, other) => {
    if (escaped !== undefined) return "$";
    return other !== undefined || name === undefined ? all : replacement(name);
  });
}
