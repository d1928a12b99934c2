/** Random numbers of a container: a seeded stream whose position is part of the machine. */
import type { Bytes } from "../files/entry.ts";
import { Random } from "../lib/prng.ts";
import type { Machine } from "./machine-state.ts";

/** Bytes that are joined at once; each draw gives four. */
const PIECE_BYTES = 4096;

/** 32 bits. */
export function draw(machine: Machine): number {
  return new Random(machine.seed, machine.draws++).uint32();
}

export function drawBytes(machine: Machine, count: number): Bytes {
  const random = new Random(machine.seed, machine.draws);
  const pieces: Bytes[] = [];
  for (let at = 0; at < count; at += PIECE_BYTES) {
    const codes: number[] = [];
    while (codes.length < Math.min(PIECE_BYTES, count - at)) {
      const bits = random.uint32();
      codes.push(bits >>> 24, (bits >>> 16) & 0xff, (bits >>> 8) & 0xff, bits & 0xff);
    }
    pieces.push(String.fromCharCode(...codes.slice(0, count - at)));
  }
  machine.draws = random.position;
  return pieces.join("");
}
