import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";
import { decodeClientFrames, encodeServerFrame, joinFrames } from "../src/protocol/index.ts";

interface Bundle {
  readonly code: string;
  readonly modules: readonly string[];
}

/** What a page gets whose only module is `code`, as one script. */
async function bundle(code: string): Promise<Bundle> {
  const entry = join(import.meta.dirname, "virtual-entry.ts");
  const output = await build({
    configFile: false,
    logLevel: "silent",
    root: import.meta.dirname,
    build: {
      write: false,
      target: "es2024",
      rolldownOptions: { input: entry, output: { format: "iife", codeSplitting: false } },
    },
    plugins: [
      {
        name: "virtual-entry",
        enforce: "pre",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  });
  if (!("output" in output)) throw new Error("not one bundle");
  const chunks = output.output.filter((each) => each.type === "chunk");
  return {
    code: chunks.map((chunk) => chunk.code).join("\n"),
    modules: chunks.flatMap((chunk) => [...chunk.imports, ...Object.keys(chunk.modules)]),
  };
}

/** A browser's WebSocket, and behind it a server that acknowledges every put. */
class PageSocket extends EventTarget {
  binaryType = "blob";

  constructor(url: string) {
    super();
    expect(url).toBe("ws://a:1/v1/ws");
    setTimeout(() => this.dispatchEvent(new Event("open")), 0);
  }

  send(data: Uint8Array): void {
    for (const frame of decodeClientFrames(new Uint8Array(data))) {
      if (frame.type === "hello") {
        const limits = { requestsMax: 9, bytesMax: 9999, messageBytesMax: 9999, valueBytesMax: 99 };
        const cluster = { members: [] };
        const welcome = { version: 1, clusterId: "c", nodeId: "n1", limits, silenceMsMax: 9000, cluster };
        this.#say(encodeServerFrame({ type: "welcome", welcome }));
      } else if (frame.type === "request") {
        const result = { type: "put", revision: 7 } as const;
        this.#say(encodeServerFrame({ type: "result", id: frame.id, appliedIndex: 8, result }));
      }
    }
  }

  close(): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code: 1000, reason: "" }));
  }

  #say(frame: Uint8Array): void {
    const { buffer } = joinFrames([frame]);
    setTimeout(() => this.dispatchEvent(Object.assign(new Event("message"), { data: buffer })), 0);
  }
}

test("in a browser it needs nothing of Node, runs on what the page has, and is not larger than it must be", async () => {
  const { code, modules } = await bundle(
    `import { KvClient } from "@quorate/client";
     const client = KvClient.open({ endpoints: ["http://a:1"] });
     globalThis.outcome = client.put("k", "v").then(async (answer) => {
       await client.close();
       return JSON.stringify(answer);
     });`,
  );
  expect(modules.filter((id) => /^node:|browser-external|\/ws\//.test(id))).toEqual([]);
  expect(modules.filter((id) => /kv-state-machine|sorted-btree|snapshot/.test(id))).toEqual([]);
  // In thousands of bytes; measured: 30.4.
  expect(gzipSync(code, { level: 9 }).length / 1000).toBeLessThan(31);
  // What browsers have beside the language; no process, no Buffer, no setImmediate.
  const { AbortController, ArrayBuffer, DataView, MessageChannel, TextDecoder, TextEncoder, URL, Uint8Array } =
    globalThis;
  const { performance, setTimeout, clearTimeout } = globalThis;
  const platform = {
    AbortController,
    ArrayBuffer,
    DataView,
    MessageChannel,
    TextDecoder,
    TextEncoder,
    URL,
    Uint8Array,
  };
  const realm = createContext({ ...platform, performance, setTimeout, clearTimeout, WebSocket: PageSocket });
  runInContext(code, realm);
  expect(await runInContext("outcome", realm)).toBe('{"revision":7,"appliedIndex":8}');
});
