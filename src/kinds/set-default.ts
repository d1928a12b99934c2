/** Sets a field that has no value yet. Text fields count as unset when empty, as in Go. */
export function setDefault<T, K extends keyof T>(object: T, field: K, value: NonNullable<T[K]>): void {
  const current = object[field];
  if (current === undefined || current === null || current === "") object[field] = value;
}

/** Sets a number that is unset or zero, for fields that Kubernetes treats so (ports' targets, probes' periods). */
export function setDefaultForZero<T, K extends keyof T>(object: T, field: K, value: NonNullable<T[K]>): void {
  const current = object[field];
  if (current === undefined || current === null || current === "" || current === 0) object[field] = value;
}
