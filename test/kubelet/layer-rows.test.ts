/** Layers in rows: round trips, pieces of large files, and what a change writes. */
import { describe, expect, it } from "vitest";
import type { Transaction } from "../../src/cluster/transaction.ts";
import type { LayerEntries, RegularFile } from "../../src/files/entry.ts";
import { LayerTree } from "../../src/files/tree.ts";
import type { ObjectKey } from "../../src/kinds/kind.ts";
import { readLayer, writeLayer } from "../../src/kubelet/mounts/layer-rows.ts";
import { FILE_PIECE_BYTES } from "../../src/lib/container-limits.ts";

const KEY: ObjectKey = "sandbar/volume-files//uid";

/** Rows as JSON texts, and the keys that were written since the last look. */
class Rows {
  readonly texts = new Map<string, string>();
  #written: string[] = [];

  readonly tx = {
    privateState: (key: string) => {
      const text = this.texts.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    setPrivateState: (key: string, _owner: string, state: unknown) => {
      this.#written.push(key);
      if (state === undefined) this.texts.delete(key);
      else this.texts.set(key, JSON.stringify(state));
    },
  } as unknown as Transaction;

  takeWritten(): string[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }
}

describe("a layer in rows", () => {
  it("is read as it was written", () => {
    const rows = new Rows();
    const layer: LayerEntries = {
      "/a": file("x\0\xff"),
      "/b": null,
      "/c": file("y".repeat(3 * FILE_PIECE_BYTES + 5)),
      "/d": file("\0\x01".repeat(100)),
      "/e": file("z".repeat(100)),
      "/f": { type: "directory", mode: 0o755, uid: 0, gid: 0, modifiedAtMs: 1 },
    };
    writeLayer(rows.tx, KEY, layer);
    expect(readLayer(rows.tx, KEY)).toEqual(layer);
    expect(rows.texts.size).toBe(5);
  });

  it("takes little more than the bytes themselves: text, binary data, zeros", () => {
    const bytes = Array.from({ length: 2 * FILE_PIECE_BYTES }, (_, index) => String.fromCharCode((index * 7) & 255));
    const octetsOf = (content: string) => {
      const rows = new Rows();
      writeLayer(rows.tx, KEY, { "/a": file(content) });
      // Rows travel as texts within a text.
      return JSON.stringify(JSON.stringify([...rows.texts.values()])).length;
    };
    expect(octetsOf(bytes.join(""))).toBeLessThan(1.4 * bytes.length);
    expect(octetsOf("\0".repeat(64 * FILE_PIECE_BYTES))).toBeLessThan(64 * 100);
    expect(octetsOf("plain text, of lines\n".repeat(FILE_PIECE_BYTES / 10))).toBeLessThan(1.3 * 2.1 * FILE_PIECE_BYTES);
  });

  it("rewrites only the piece of a large file that changed", () => {
    const rows = new Rows();
    writeLayer(rows.tx, KEY, { "/big": file("yx".repeat(2 * FILE_PIECE_BYTES)), "/small": file("1") });
    rows.takeWritten();
    const tree = new LayerTree({}, readLayer(rows.tx, KEY));
    const big = tree.find("/big") as RegularFile;
    tree.put("/big", { ...big, content: `${big.content}more` });
    writeLayer(rows.tx, KEY, tree.layer());
    expect(rows.takeWritten()).toEqual([`${KEY}.4`, KEY]);
    tree.put("/small", file("2"));
    writeLayer(rows.tx, KEY, tree.layer());
    expect(rows.takeWritten()).toEqual([KEY]);
    expect((readLayer(rows.tx, KEY)["/big"] as RegularFile).content).toBe(`${big.content}more`);
  });

  it("removes pieces with their file, and all rows with the last entry", () => {
    const rows = new Rows();
    writeLayer(rows.tx, KEY, {
      "/a": file("a".repeat(2 * FILE_PIECE_BYTES)),
      "/b": file("b".repeat(2 * FILE_PIECE_BYTES)),
    });
    const { "/a": _gone, ...rest } = readLayer(rows.tx, KEY);
    writeLayer(rows.tx, KEY, rest);
    expect(rows.texts.size).toBe(3);
    expect(readLayer(rows.tx, KEY)).toEqual(rest);
    writeLayer(rows.tx, KEY, {});
    expect([...rows.texts.keys()]).toEqual([]);
  });

  it("keeps a file that moves to another layer whole", () => {
    const rows = new Rows();
    const other: ObjectKey = "sandbar/volume-files//other";
    writeLayer(rows.tx, KEY, { "/a": file("a".repeat(2 * FILE_PIECE_BYTES)) });
    const moved = readLayer(rows.tx, KEY);
    writeLayer(rows.tx, KEY, {});
    writeLayer(rows.tx, other, { "/b": file("b".repeat(2 * FILE_PIECE_BYTES)) });
    writeLayer(rows.tx, other, moved);
    expect(readLayer(rows.tx, other)).toEqual(moved);
  });
});

function file(content: string): RegularFile {
  return { type: "file", content, mode: 0o644, uid: 0, gid: 0, modifiedAtMs: 1 };
}
