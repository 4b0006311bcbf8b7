import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["habitus-source", "module", "node"] },
  ssr: { resolve: { conditions: ["habitus-source", "module", "node"] } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "lab/**/*.test.ts",
      "demo/**/*.test.ts",
      "tools/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Half of the time tests wait, for people who type in a browser above all.
    maxWorkers: Math.max(2, availableParallelism()),
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
