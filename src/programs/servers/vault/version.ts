/** The version of Vault that all tags of its image have. */
export const VERSION = "1.21.1";
export const BUILD_DATE = "2025-11-18T13:04:32Z";
