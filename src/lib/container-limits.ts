/** Limits of what runs in containers, by count or bytes. Limits of the control plane are in limits.ts. */

/** Steps of the processes of one pod in one request or commit. A step is a small piece of a command. */
export const MAX_STEPS_PER_LOOK = 200_000;
/** Processes of one container. */
export const MAX_PROCESSES = 512;
/** Steps of one process at one instant after which CPU time is charged, and that time: endless loops take time. */
export const BUSY_STEPS = 1000;
export const BUSY_MS = 10;
/** Steps of one process before another one has its turn. */
export const STEPS_PER_TURN = 100;
/** Bytes in a pipe before its writer waits, as in Linux. */
export const PIPE_BUFFER_BYTES = 65_536;
/** Output that is kept of one run of a container; the oldest is dropped, as the kubelet's rotation does. */
export const MAX_OUTPUT_BYTES = 256 * 1024;
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Changed files of one container's layer or of one volume. */
export const MAX_LAYER_BYTES = 16 * 1024 * 1024;
export const MAX_LAYER_ENTRIES = 10_000;
/** Depth of function calls, subshells and sourced files. */
export const MAX_SHELL_DEPTH = 500;
/** Links that one path may lead through, as in Linux. */
export const MAX_LINKS_FOLLOWED = 40;
export const MAX_PATH_LENGTH = 4096;
export const MAX_NAME_LENGTH = 255;
/** Characters of one variable, of one expansion, and of one script. */
export const MAX_VARIABLE_LENGTH = 1024 * 1024;
export const MAX_SCRIPT_LENGTH = 256 * 1024;
/** Fields of one expansion: globs, braces, word splitting. */
export const MAX_FIELDS = 65_536;
