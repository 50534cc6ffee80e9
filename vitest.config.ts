// SPDX-License-Identifier: MIT
// Unit and component tests: everything that needs no kernel.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/guest/**", "node_modules/**"],
    testTimeout: 30_000,
    pool: "forks",
    env: { FORCE_COLOR: "0" },
  },
});
