/** ZooKeeper's tree of nodes as JSON. Source: https://zookeeper.apache.org/doc/current/zookeeperProgrammers.html */
import type { Bytes } from "../../../files/entry.ts";

export interface Node {
  data: Bytes;
  createdZxid: number;
  modifiedZxid: number;
  childZxid: number;
  createdAtMs: number;
  modifiedAtMs: number;
  version: number;
  childVersion: number;
  /** Number of the next sequential child. */
  sequence: number;
}

export interface Tree {
  /** Number of the last change: the epoch and a counter. */
  zxid: number;
  nodes: Record<string, Node>;
}

/** A change of the tree, as the client sends it. */
export interface Change {
  type: "create" | "set" | "delete" | "deleteall";
  path: string;
  data?: Bytes;
  version?: number;
  isSequential?: boolean;
}

export type Outcome = { path: string } | { problem: string };

/** Zxids of an epoch begin at this multiple. */
export const EPOCH = 2 ** 32;

export function newTree(nowMs: number): Tree {
  const node = { ...emptyNode(0, nowMs), createdAtMs: 0, modifiedAtMs: 0, childVersion: -1 };
  return { zxid: 0, nodes: { "/": node, "/zookeeper": { ...node }, "/zookeeper/quota": { ...node } } };
}

function emptyNode(zxid: number, nowMs: number): Node {
  return {
    data: "",
    createdZxid: zxid,
    modifiedZxid: zxid,
    childZxid: zxid,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    version: 0,
    childVersion: 0,
    sequence: 0,
  };
}

const parentOf = (path: string): string => path.replace(/\/[^/]*$/, "") || "/";

export function nodeAt({ nodes }: Tree, path: string): Node | undefined {
  return Object.hasOwn(nodes, path) ? nodes[path] : undefined;
}

/** Names of a node's children, sorted. */
export function childrenOf({ nodes }: Tree, path: string): string[] {
  const prefix = path === "/" ? "/" : `${path}/`;
  return Object.keys(nodes)
    .filter((each) => each !== "/" && each.startsWith(prefix) && !each.slice(prefix.length).includes("/"))
    .map((each) => each.slice(prefix.length))
    .sort();
}

/** Changes the tree under the number of the change. */
export function applyChange(tree: Tree, change: Change, zxid: number, nowMs: number): Outcome {
  const { type, path } = change;
  if (!/^\/([^/]+(\/[^/]+)*)?$/.test(path)) return { problem: `Path must start with / character` };
  const outcome = type === "create" ? create(tree, change, zxid, nowMs) : edit(tree, change, zxid, nowMs);
  if ("path" in outcome) tree.zxid = zxid;
  return outcome;
}

function create(tree: Tree, { path: given, data = "", isSequential }: Change, zxid: number, nowMs: number): Outcome {
  const parent = nodeAt(tree, parentOf(given));
  if (!parent) return { problem: `Node does not exist: ${given}` };
  const path = isSequential ? `${given}${String(parent.sequence).padStart(10, "0")}` : given;
  if (nodeAt(tree, path)) return { problem: `Node already exists: ${path}` };
  tree.nodes[path] = { ...emptyNode(zxid, nowMs), data };
  parent.sequence++;
  parent.childVersion++;
  parent.childZxid = zxid;
  return { path };
}

function edit(tree: Tree, { type, path, data = "", version }: Change, zxid: number, nowMs: number): Outcome {
  const node = nodeAt(tree, path);
  if (!node) return { problem: `Node does not exist: ${path}` };
  if (version !== undefined && version >= 0 && version !== node.version)
    return { problem: `version No is not valid : ${path}` };
  if (type === "set") {
    Object.assign(node, { data, modifiedZxid: zxid, modifiedAtMs: nowMs, version: node.version + 1 });
    return { path };
  }
  const inner = Object.keys(tree.nodes).filter((each) => each.startsWith(path === "/" ? "/" : `${path}/`));
  if (type === "delete" && inner.length > 0) return { problem: `Node not empty: ${path}` };
  for (const each of [path, ...inner]) delete tree.nodes[each];
  const parent = nodeAt(tree, parentOf(path));
  if (parent) {
    parent.childVersion++;
    parent.childZxid = zxid;
  }
  return { path };
}
