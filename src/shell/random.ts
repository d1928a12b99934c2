/** Random numbers of a container: a seeded stream whose position is part of the machine. */
import type { Bytes } from "../files/entry.ts";
import { Random } from "../lib/prng.ts";
import type { Machine } from "./machine-state.ts";

/** 32 bits. */
export function draw(machine: Machine): number {
  return new Random(machine.seed, machine.draws++).uint32();
}

export function drawBytes(machine: Machine, count: number): Bytes {
  const random = new Random(machine.seed, machine.draws);
  let bytes = "";
  for (let i = 0; i < count; i++) bytes += String.fromCharCode(random.uint32() & 0xff);
  machine.draws = random.position;
  return bytes;
}
