#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { nodeFileSystem } from "@quorate/file-system";
import { runCommand } from "./command.ts";

const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");

process.exitCode = await runCommand(process.argv.slice(2), {
  fileSystem: nodeFileSystem,
  version: (JSON.parse(manifest) as { version: string }).version,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`quorate-wal: ${text}\n`),
});
