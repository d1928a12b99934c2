/** Sizes of files as tools print and read them. */

const UNITS = "KMGTPE";

/** As `ls -h` and `df -h`: 1024 bytes are `1.0K`; rounded up, as GNU does. */
export function humanSize(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes);
  let value = bytes;
  let unit = -1;
  while (value >= base && unit < UNITS.length - 1) {
    value /= base;
    unit++;
  }
  const tenths = Math.ceil(value * 10 - 1e-9) / 10;
  let shown = tenths < 10 ? tenths.toFixed(1) : String(Math.ceil(value - 1e-9));
  if (Number(shown) >= base) {
    shown = "1.0";
    unit++;
  }
  return `${shown}${base === 1000 && unit === 0 ? "k" : UNITS[unit]}`;
}

/** As busybox prints sizes with -h: rounded to the nearest tenth. */
export function busyboxSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = -1;
  let tenths = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    tenths = Math.floor(((value % 1024) * 10 + 512) / 1024);
    value = Math.floor(value / 1024);
    unit++;
  }
  if (tenths >= 10) {
    value++;
    tenths = 0;
  }
  return `${value}.${tenths}${UNITS[unit]}`;
}

const MULTIPLIERS: Readonly<Record<string, number>> = {
  "": 1,
  c: 1,
  w: 2,
  b: 512,
  kB: 1000,
  K: 1024,
  k: 1024,
  KiB: 1024,
  MB: 1000 ** 2,
  M: 1024 ** 2,
  m: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  G: 1024 ** 3,
  g: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1000 ** 4,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

/** A number with a suffix such as 4k or 1MiB; undefined for other text. */
export function parseSize(text: string): number | undefined {
  const [, digits, suffix = ""] = /^(\d+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = MULTIPLIERS[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
