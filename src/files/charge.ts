/** What accesses to files take of the host's time. */

/** Takes the steps of an access. */
export type Charge = (steps: number) => void;

/** Following a path. */
export const PATH_STEPS = 1 / 2;
/** An entry that is listed. */
export const LISTED_STEPS = 1 / 16;
/** An octet that is read or written. */
export const OCTET_STEPS = 1 / 4096;
