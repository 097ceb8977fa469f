import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What looks instead of testing runs when it is named alone: pictures and figures. */
const named = process.argv.some((argument) => /\.(shots|figures)\.ts$/.test(argument));

/** Tests in a real browser against the deployed stack that PULSE_INSTANCE names. One after the other: one fleet. */
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    environment: "node",
    include: named ? ["e2e/**/*.shots.ts", "e2e/**/*.figures.ts"] : ["e2e/**/*.e2e.ts"],
    globalSetup: ["e2e/signed-in.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
