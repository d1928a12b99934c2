/**
 * Anchors in the keys of patterns.
 * Source: github.com/kyverno/kyverno pkg/engine/anchor/anchor.go
 */

/** `(key)`, `<(key)`, `X(key)`, `+(key)`, `=(key)`, `^(key)`. */
export type AnchorType = "condition" | "global" | "negation" | "addIfNotPresent" | "equality" | "existence";

export interface Anchor {
  type: AnchorType;
  key: string;
}

const TYPES: Readonly<Record<string, AnchorType>> = {
  "": "condition",
  "<": "global",
  X: "negation",
  "+": "addIfNotPresent",
  "=": "equality",
  "^": "existence",
};

/** Undefined for a plain key. */
export function parseAnchor(key: string): Anchor | undefined {
  const [whole, modifier = "", name = ""] = /^([+<=X^])?\((.+)\)$/.exec(key.trim()) ?? [];
  const type = TYPES[modifier];
  return whole === undefined || !type ? undefined : { type, key: name };
}

/** The key with the same modifier around another name. */
export function withAnchorOf(key: string, name: string): string {
  return key.trim().replace(/\(.+\)$/, () => `(${name})`);
}
