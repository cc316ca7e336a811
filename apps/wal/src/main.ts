#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { lockHolder, nodeFileSystem } from "@quorate/file-system";
import { runCommand } from "./command.ts";

const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");

process.exitCode = await runCommand(process.argv.slice(2), {
  fileSystem: {
    list: (path) => nodeFileSystem.list(path),
    open: (path, mode) => nodeFileSystem.open(path, mode),
    lockHolder,
  },
  version: (JSON.parse(manifest) as { version: string }).version,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`quorate-wal: ${text}\n`),
});
