import { defineConfig } from "vitest/config";

// The CLI tests start real servers and measure real time: a few files at once, never one per core.
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
