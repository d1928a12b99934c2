import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // PGlite, workerd and the servers of a test run need their time on two cores.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: ["test/kubectl/**", "test/clients/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "kubectl",
          include: ["test/kubectl/**/*.test.ts", "test/clients/**/*.test.ts"],
          globalSetup: ["test/kubectl/global-setup.ts"],
          // Mostly they wait for pods to come up.
          maxWorkers: 4,
        },
      },
    ],
  },
});
