import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type ProxyOptions } from "vite";

interface StackFile {
  api_url: string;
  app_config: object;
}

const stackFile = fileURLToPath(new URL("../.local/stack.json", import.meta.url));

/** What `make up` brought up, for `npm run dev`; null where nothing is up. */
function runningStack(): StackFile | null {
  return existsSync(stackFile) ? (JSON.parse(readFileSync(stackFile, "utf8")) as StackFile) : null;
}

/** `npm run dev` serves the configuration that the deployed application finds beside its index.html. */
function configuration(stack: StackFile): Plugin {
  return {
    name: "pulse-configuration",
    configureServer(server) {
      server.middlewares.use("/app/config.json", (_request, response) => {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(stack.app_config));
      });
    },
  };
}

function apiProxy(stack: StackFile): Record<string, ProxyOptions> {
  const target = new URL(stack.api_url);
  const proxy: ProxyOptions = {
    target: target.origin,
    changeOrigin: true,
    rewrite: (path) => target.pathname + path,
  };
  return { "/customer": proxy, "/operator": proxy, "/api": proxy };
}

export default defineConfig(({ command }) => {
  const stack = command === "serve" ? runningStack() : null;
  return {
    base: "/app/",
    plugins: [react(), tailwindcss(), ...(stack ? [configuration(stack)] : [])],
    resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
    server: { port: 5173, strictPort: true, ...(stack ? { proxy: apiProxy(stack) } : {}) },
    build: {
      target: "es2023",
      // The Content-Security-Policy lets no data: address in.
      assetsInlineLimit: 0,
      manifest: true,
      sourcemap: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 800,
      rolldownOptions: {
        // What every visitor loads is one file: on a first visit each more is a wait for one of the few connections.
        output: { codeSplitting: { groups: [{ name: "initial", tags: ["$initial"] }] } },
        checks: { circularDependency: true },
        onLog(level, log, handle) {
          // Which of the two runs first is the bundler's choice: it may find what the other has yet to define.
          if (log.code === "CIRCULAR_DEPENDENCY" && log.ids?.some((id) => !id.includes("node_modules")) === true) {
            throw new Error(log.message);
          }
          handle(level, log);
        },
      },
    },
  };
});
