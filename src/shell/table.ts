/**
 * Tables whose keys are chosen by users: names of variables, functions, keys of associative arrays. A plain object read
 * without care would find `constructor` and lose `__proto__`.
 */

export type Table<T> = Record<string, T>;

export function lookUp<T>(table: Table<T>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

export function put<T>(table: Table<T>, key: string, value: T): void {
  if (key !== "__proto__") table[key] = value;
  else Object.defineProperty(table, key, { value, configurable: true, enumerable: true, writable: true });
}

export function remove<T>(table: Table<T>, key: string): void {
  delete table[key];
}
