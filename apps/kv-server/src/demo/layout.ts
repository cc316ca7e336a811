import { join } from "node:path";
import type { DemoOptions } from "./options.ts";

/** Where one node of the demo lives. */
export interface NodePlace {
  readonly id: string;
  readonly directory: string;
  readonly clientPort: number;
  readonly peerPort: number;
  readonly url: string;
}

export const host = "127.0.0.1";

export const nodeDirectory: RegExp = /^n[1-9]$/;

export function placesOf(options: DemoOptions): readonly NodePlace[] {
  return Array.from({ length: options.nodes }, (_, i) => {
    const id = `n${i + 1}`;
    const clientPort = options.clientPort + i;
    const directory = join(options.data, id);
    return { id, directory, clientPort, peerPort: options.peerPort + i, url: `http://${host}:${clientPort}` };
  });
}
