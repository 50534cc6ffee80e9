// SPDX-License-Identifier: MIT
// Bundles src/ into dist/: one chunk per thing that is started on its own, so that
// `--version` loads nothing and a screen's libraries load only with a screen.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
const OPTIONS = {
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifyWhitespace: true,
  minifySyntax: true,
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  external: ["node-gyp-build", "react-devtools-core"],
  // CommonJS inside the bundle (react, yargs' helpers) asks for node's own modules through require
  banner: {
    js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
  },
  legalComments: "external",
  logLevel: "warning",
};

await build({
  ...OPTIONS,
  entryPoints: {
    main: "src/main.ts",
    handler: "src/handler/worker.ts",
    control: "src/session/control/control-worker.ts",
    observer: "src/session/latency/observer-worker.ts",
    index: "src/index.ts",
    stimulus: "src/session/latency/stimulus-worker.ts",
  },
  splitting: true,
});
// loaded in a thread of its own, where each further file would cost a millisecond before the first answer
await build({ ...OPTIONS, entryPoints: { engine: "src/session/engine/engine-worker.ts" } });

// the man page comes from the tables of the program, so it is made by a bundle of its own
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
await build({
  entryPoints: ["src/man/top-page.ts"],
  outfile: "dist/man/top-page.mjs",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
});
const { topPage } = await import("../dist/man/top-page.mjs");
writeFileSync("dist/man/tgtctl-top.1", topPage(version));
rmSync("dist/man/top-page.mjs");
