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
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
