import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    // PGlite, workerd and the servers of a test run need their time on two cores.
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
