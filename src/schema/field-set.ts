/**
 * Sets of fields in the form of managedFields (`fieldsV1`): nested objects whose keys are path elements (`f:<field>`,
 * `k:{…}` an item by its keys, `v:…` an item by its value). A node is a member of the set if it is empty or has a `.`.
 * Elements are in the order of structured-merge-diff. Sets share parts and are immutable.
 */
import { isJsonObject } from "../lib/json.ts";
import { compareElements, isElement } from "./path-elements.ts";

export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** A member without further fields. As a whole set it is the empty set. */
export const LEAF: FieldSet = Object.freeze({});
export const EMPTY_SET = LEAF;
const SELF = ".";

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether a client's value has the form of a set. */
export function isFieldSet(value: unknown): value is FieldSet {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(([element, child]) => (element === SELF || isElement(element)) && isFieldSet(child))
  );
}

function isMember(node: FieldSet): boolean {
  return Object.hasOwn(node, SELF) || isEmptySet(node);
}

export function elementsOf(node: FieldSet): string[] {
  return Object.keys(node).filter((element) => element !== SELF);
}

/** The node below an element; undefined if the set has nothing there. */
export function childOf(node: FieldSet | undefined, element: string): FieldSet | undefined {
  return node !== undefined && element !== SELF && Object.hasOwn(node, element) ? node[element] : undefined;
}

/** Whether the element itself is in the set. */
export function hasElement(node: FieldSet | undefined, element: string): boolean {
  const child = childOf(node, element);
  return child !== undefined && isMember(child);
}

/** Whether the set has fields below the element. */
export function hasBelow(node: FieldSet | undefined, element: string): boolean {
  const child = childOf(node, element);
  return child !== undefined && elementsOf(child).length > 0;
}

/** A node for further children. As a member it names itself first. */
export function emptyNode(member: boolean): Record<string, FieldSet> {
  return member ? { [SELF]: LEAF } : {};
}

/** A node of ordered children; undefined for an empty node. */
export function nodeOf(children: Record<string, FieldSet> | undefined, member: boolean): FieldSet | undefined {
  if (children === undefined) return member ? LEAF : undefined;
  return member ? { [SELF]: LEAF, ...children } : children;
}

/** Members of either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || a === b) return b;
  return isEmptySet(b) ? a : unionNodes(a, b, false);
}

function unionNodes(a: FieldSet, b: FieldSet, member: boolean): FieldSet {
  const children: Record<string, FieldSet> = {};
  const left = elementsOf(a);
  const right = elementsOf(b);
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const order = l === left.length ? 1 : r === right.length ? -1 : compareElements(left[l]!, right[r]!);
    if (order < 0) {
      children[left[l]!] = a[left[l]!]!;
      l++;
    } else if (order > 0) {
      children[right[r]!] = b[right[r]!]!;
      r++;
    } else {
      const [x, y] = [a[left[l]!]!, b[right[r]!]!];
      children[left[l]!] = x === y ? x : unionNodes(x, y, isMember(x) || isMember(y));
      l++;
      r++;
    }
  }
  return nodeOf(isEmptySet(children) ? undefined : children, member) ?? EMPTY_SET;
}

/** Members of `a` that are not in `b`, path by path: a field stays when only its parent is removed. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  return combine(a, b, differenceNodes) ?? EMPTY_SET;
}

function differenceNodes(a: FieldSet, b: FieldSet | undefined): FieldSet | undefined {
  if (b === undefined) return a;
  return nodeOf(combine(a, b, differenceNodes), isMember(a) && !isMember(b));
}

/** Members of both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return EMPTY_SET;
  return combine(a, b, intersectNodes) ?? EMPTY_SET;
}

function intersectNodes(a: FieldSet, b: FieldSet | undefined): FieldSet | undefined {
  if (b === undefined) return undefined;
  return nodeOf(combine(a, b, intersectNodes), isMember(a) && isMember(b));
}

/** `a` without the members of `b` and everything below them. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  return combine(a, b, withoutMembers) ?? EMPTY_SET;
}

function withoutMembers(a: FieldSet, b: FieldSet | undefined): FieldSet | undefined {
  if (b === undefined) return a;
  if (isMember(b)) return undefined;
  return nodeOf(combine(a, b, withoutMembers), isMember(a));
}

type NodeRule = (a: FieldSet, b: FieldSet | undefined) => FieldSet | undefined;

/** The children of `a` that a rule keeps; undefined if it keeps none. */
function combine(a: FieldSet, b: FieldSet, rule: NodeRule): Record<string, FieldSet> | undefined {
  let children: Record<string, FieldSet> | undefined;
  for (const element in a) {
    if (element === SELF) continue;
    const left = rule(a[element]!, childOf(b, element));
    if (left === undefined) continue;
    children ??= {};
    children[element] = left;
  }
  return children;
}

/** All paths of the set, as elements: members of a node first, then the paths below. */
export function pathsOf(set: FieldSet, prefix: readonly string[] = []): string[][] {
  const elements = elementsOf(set);
  const members = elements.filter((element) => isMember(set[element]!)).map((element) => [...prefix, element]);
  return [...members, ...elements.flatMap((element) => pathsOf(set[element]!, [...prefix, element]))];
}
