/** What one package may import in `src/`; its tests may import anything. */
export interface ImportRule {
  /** Other packages of the workspace, by folder. */
  readonly packages: readonly string[];
  /** Packages from npm. */
  readonly external: readonly string[];
  /** Whether Node's own modules are allowed; a package without them runs in browsers, too. */
  readonly node: boolean;
}

const coreOnly: ImportRule = { packages: ["raft-core"], external: [], node: false };

/** The table of docs/architecture.md. A package that is not here may import nothing. */
export const importTable: Readonly<Record<string, ImportRule>> = {
  "raft-core": { packages: [], external: [], node: false },
  "raft-node": { ...coreOnly, external: ["zod"] },
  "transport-memory": coreOnly,
  "transport-ws": { packages: ["raft-core"], external: ["msgpackr", "ws", "zod"], node: true },
  "storage-memory": coreOnly,
  "storage-file": { ...coreOnly, node: true },
  snapshot: coreOnly,
  "statemachine-kv": { ...coreOnly, external: ["msgpackr", "sorted-btree", "zod"] },
  client: { packages: ["raft-core", "statemachine-kv"], external: ["msgpackr", "zod"], node: false },
  "file-system": { ...coreOnly, node: true },
  testing: coreOnly,
  certificates: { packages: [], external: ["@peculiar/x509", "reflect-metadata"], node: true },
  "virtual-time": coreOnly,
  drawing: { ...coreOnly, external: ["@preact/signals", "preact"] },
  "cluster-lab": {
    packages: [
      "drawing",
      "raft-core",
      "raft-node",
      "snapshot",
      "storage-memory",
      "testing",
      "transport-memory",
      "virtual-time",
    ],
    external: ["zod"],
    node: false,
  },
  dashboard: {
    packages: ["drawing", "raft-core"],
    external: ["@preact/signals", "preact", "uplot", "zod"],
    node: true,
  },
  simulator: {
    packages: ["raft-core", "raft-node", "snapshot", "statemachine-kv", "storage-file", "testing", "virtual-time"],
    external: ["commander"],
    node: true,
  },
};
