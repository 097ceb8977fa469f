import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests in a real browser against the deployed stack that PULSE_INSTANCE names. One after the other: one fleet. */
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    environment: "node",
    include: ["e2e/**/*.e2e.ts", "e2e/**/*.shots.ts"],
    exclude: process.argv.some((argument) => argument.endsWith(".shots.ts")) ? [] : ["e2e/**/*.shots.ts"],
    globalSetup: ["e2e/signed-in.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
