/** Names with values as JSON, in the order in which they were added. A prefix keeps names such as `10` in that order. */

export type Dictionary<T> = Record<string, T>;

const PREFIX = "=";

export function lookUp<T>(dictionary: Dictionary<T>, name: string): T | undefined {
  const key = PREFIX + name;
  return Object.hasOwn(dictionary, key) ? dictionary[key] : undefined;
}

export function has(dictionary: Dictionary<unknown>, name: string): boolean {
  return Object.hasOwn(dictionary, PREFIX + name);
}

export function put<T>(dictionary: Dictionary<T>, name: string, value: T): void {
  dictionary[PREFIX + name] = value;
}

/** False if the name is unknown. */
export function remove(dictionary: Dictionary<unknown>, name: string): boolean {
  return has(dictionary, name) && delete dictionary[PREFIX + name];
}

export function namesOf(dictionary: Dictionary<unknown>): string[] {
  return Object.keys(dictionary).map((key) => key.slice(PREFIX.length));
}

export function entriesOf<T>(dictionary: Dictionary<T>): [name: string, value: T][] {
  return Object.entries(dictionary).map(([key, value]) => [key.slice(PREFIX.length), value]);
}

export function sizeOf(dictionary: Dictionary<unknown>): number {
  return Object.keys(dictionary).length;
}

export function dictionaryOf<T>(entries: Iterable<readonly [string, T]>): Dictionary<T> {
  const made: Dictionary<T> = {};
  for (const [name, value] of entries) put(made, name, value);
  return made;
}
