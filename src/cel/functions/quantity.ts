/**
 * Kubernetes' quantity library.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/quantity.go
 */
import type { Environment } from "@marcbachmann/cel-js";
import { addQuantities, isQuantity, parseQuantity, type Quantity } from "../../lib/quantity.ts";
import { CelQuantity } from "../values.ts";

const NANOS_PER_UNIT = 1_000_000_000n;
const MAX_LENGTH = 64;
const MAX_INT = 2n ** 63n - 1n;

export function registerQuantity(environment: Environment): void {
  environment.registerType("Quantity", CelQuantity);
  const method = (signature: string, handler: (own: CelQuantity, other: CelQuantity) => unknown) =>
    environment.registerFunction(`Quantity.${signature}`, handler);

  environment
    .registerFunction("quantity(string): Quantity", quantity)
    .registerFunction("isQuantity(string): bool", (text: string) => text.length <= MAX_LENGTH && isQuantity(text))
    .registerOperator("Quantity == Quantity", (a: CelQuantity, b: CelQuantity) => compare(a, b) === 0);
  method("isLessThan(Quantity): bool", (own, other) => compare(own, other) < 0);
  method("isGreaterThan(Quantity): bool", (own, other) => compare(own, other) > 0);
  method("compareTo(Quantity): int", (own, other) => BigInt(compare(own, other)));
  method("sign(): int", ({ quantity: { nanos } }) => (nanos === 0n ? 0n : nanos < 0n ? -1n : 1n));
  method("isInteger(): bool", ({ quantity: { nanos } }) => nanos % NANOS_PER_UNIT === 0n && fitsInt(nanos));
  method("asInteger(): int", asInteger);
  method("asApproximateFloat(): double", ({ quantity: { nanos } }) => Number(nanos) / Number(NANOS_PER_UNIT));
  method("add(Quantity): Quantity", (own, other) => add(own, other.quantity));
  method("sub(Quantity): Quantity", (own, other) => add(own, negated(other.quantity)));
  environment
    .registerFunction("Quantity.add(int): Quantity", (own: CelQuantity, units: bigint) => {
      return add(own, parseQuantity(String(units)));
    })
    .registerFunction("Quantity.sub(int): Quantity", (own: CelQuantity, units: bigint) => {
      return add(own, parseQuantity(String(-units)));
    });
}

function quantity(text: string): CelQuantity {
  if (text.length > MAX_LENGTH) throw new Error("quantity: the text is too long");
  return new CelQuantity(parseQuantity(text));
}

function add(own: CelQuantity, other: Quantity): CelQuantity {
  return new CelQuantity(addQuantities(own.quantity, other));
}

function negated({ nanos, format }: Quantity): Quantity {
  return { nanos: -nanos, format };
}

function compare({ quantity: a }: CelQuantity, { quantity: b }: CelQuantity): -1 | 0 | 1 {
  if (a.nanos === b.nanos) return 0;
  return a.nanos < b.nanos ? -1 : 1;
}

function fitsInt(nanos: bigint): boolean {
  const units = nanos / NANOS_PER_UNIT;
  return units <= MAX_INT && units >= -MAX_INT - 1n;
}

function asInteger({ quantity: { nanos } }: CelQuantity): bigint {
  if (nanos % NANOS_PER_UNIT !== 0n || !fitsInt(nanos)) throw new Error("asInteger: the quantity is no whole number");
  return nanos / NANOS_PER_UNIT;
}
