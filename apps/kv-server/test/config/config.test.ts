import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseCommandLine } from "../../src/config/command-line.ts";
import { ConfigError, resolveConfig } from "../../src/config/config.ts";
import type { Config } from "../../src/config/schema.ts";
import { clusterIdOf } from "../../src/config/members.ts";
import { flagOf, settings, variableOf } from "../../src/config/settings.ts";

const directory = mkdtempSync(join(tmpdir(), "quorate-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

const three = "n1=127.0.0.1:7001,n2=127.0.0.1:7002,n3=127.0.0.1:7003";
const needed = ["--id", "n1", "--data", "x", "--bootstrap", "--members", three];

function resolve(args: readonly string[], environment: Record<string, string> = {}): Config {
  const commandLine = parseCommandLine(args, "1.2.3");
  if (commandLine.type !== "run") throw new Error("it only prints");
  return resolveConfig({ flags: commandLine.flags, environment });
}

function complaint(args: readonly string[], environment: Record<string, string> = {}): string {
  try {
    resolve(args, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

function file(content: unknown): string {
  const path = join(directory, "config.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("configuration", () => {
  test("has a default for everything but id and data", () => {
    expect(resolve(["--id", "n1", "--data", "x"])).toEqual({
      id: "n1",
      data: "x",
      bootstrap: false,
      learner: false,
      addresses: [],
      priority: 1,
      dashboardActions: false,
      catchUpTimeoutMs: 10_000,
      clientListen: { host: "127.0.0.1", port: 8001 },
      valueBytesMax: 1_048_576,
      requestTimeoutMs: 5000,
      electionTimeoutMinMs: 150,
      electionTimeoutMaxMs: 300,
      heartbeatIntervalMs: 50,
      snapshotEntries: 100_000,
      segmentBytes: 67_108_864,
      logLevel: "info",
      exitWithParent: false,
      peerTlsMutual: true,
    });
  });

  test("TLS between nodes takes a certificate, its key and the authority, all three", () => {
    const tls = ["--peer-tls-cert", "c", "--peer-tls-key", "k", "--peer-tls-ca", "a"];
    const all = resolve([...needed, ...tls, "--peer-tls-mutual", "false"], { QUORATE_PEER_SECRET_FILE: "s" });
    const given = { peerTlsCert: "c", peerTlsKey: "k", peerTlsCa: "a", peerTlsMutual: false, peerSecretFile: "s" };
    expect(all).toMatchObject(given);
    expect(complaint([...needed, ...tls.slice(0, 4)])).toContain("give all three, or none");
    expect(complaint([...needed, ...tls.slice(4)])).toContain("give all three, or none");
    expect(complaint([...needed, "--peer-tls-crl", "x"])).toContain("needs --peer-tls-cert");
    expect(complaint([...needed, "--peer-tls-mutual", "perhaps"])).toContain("must be true or false");
  });

  test("a flag wins over a variable, a variable over the file, the file over the default", () => {
    const config = file({ requestTimeoutMs: 1001, valueBytesMax: 1001, snapshotEntries: 1001 });
    const environment = { QUORATE_REQUEST_TIMEOUT_MS: "1002", QUORATE_VALUE_BYTES_MAX: "1002", QUORATE_CONFIG: config };
    const resolved = resolve([...needed, "--request-timeout-ms", "1003"], environment);
    expect(resolved).toMatchObject({ requestTimeoutMs: 1003, valueBytesMax: 1002, snapshotEntries: 1001 });
  });

  test("the file may hold numbers and a table of members", () => {
    const members = { n1: "a:1", n2: "b:2" };
    const config = file({ id: "n2", data: "x", members, clientListen: "[::1]:0", logLevel: "warn" });
    expect(resolve(["--config", config])).toMatchObject({
      members: [
        { id: "n1", address: "a:1" },
        { id: "n2", address: "b:2" },
      ],
      clientListen: { host: "::1", port: 0 },
      logLevel: "warn",
    });
  });

  test("P29 the cluster id depends on the founders' ids and addresses, not on their order", () => {
    const idOf = (members: string): string => clusterIdOf(resolve([...needed, "--members", members]).members ?? []);
    expect(idOf("n1=a:1")).toMatch(/^[0-9a-f]{16}$/);
    expect(idOf("n2=b:1,n1=a:1")).toBe(idOf("n1=a:1,n2=b:1"));
    expect(idOf("n1=a:1,n3=b:1")).not.toBe(idOf("n1=a:1,n2=b:1"));
    expect(idOf("n1=a:1,n2=c:1")).not.toBe(idOf("n1=a:1,n2=b:1"));
    expect(idOf("n1=b:1,n2=a:1")).not.toBe(idOf("n1=a:1,n2=b:1"));
    expect(resolve([...needed, "--cluster-id", "mine"]).clusterId).toBe("mine");
  });

  test("a page may change the cluster only where nobody but this machine reaches it", () => {
    for (const listen of ["127.0.0.1:8001", "localhost:0", "[::1]:8001", "127.1.2.3:1"]) {
      const { dashboardActions } = resolve([...needed, "--dashboard-actions", "--client-listen", listen]);
      expect(dashboardActions).toBe(true);
    }
    for (const listen of [":8001", "0.0.0.0:8001", "10.0.0.1:8001", "[::]:8001", "127.evil.example:1"]) {
      const refusal = complaint([...needed, "--dashboard-actions", "--client-listen", listen]);
      expect(refusal).toMatch(/^dashboardActions true \(from --dashboard-actions\) needs --client-listen on loopback/);
    }
    expect(resolve([...needed, "--client-url", "https://kv.example/"]).clientUrl).toBe("https://kv.example");
    for (const wrong of ["kv.example", "http://n1;script-src", "http://user@n1", "http://*"]) {
      expect(complaint([...needed, "--client-url", wrong])).toContain("must be the URL of a node");
    }
  });

  test("a node founds a cluster or joins one, and what it needs for that is asked for", () => {
    const joins = ["--id", "n4", "--data", "x", "--join", "http://h:8001/", "--address", "h:7004"];
    expect(resolve([...joins, "--learner"])).toMatchObject({
      join: "http://h:8001/",
      address: "h:7004",
      learner: true,
    });
    expect(complaint(["--id", "n1", "--data", "x", "--bootstrap"])).toContain("members is missing: --bootstrap founds");
    expect(complaint([...joins.slice(0, 6)])).toContain("address is missing: with --join");
    expect(complaint([...needed, "--join", "http://h:1", "--address", "h:1"])).toContain("excludes --bootstrap");
    expect(complaint([...needed, "--learner"])).toContain("learner true (from --learner) needs --join");
  });

  test("what is missing is named with its flag and its variable", () => {
    expect(complaint([])).toBe("id is missing (--id or QUORATE_ID); data is missing (--data or QUORATE_DATA)");
  });

  test.each([
    ["--request-timeout-ms", "abc", "requestTimeoutMs", "whole number from 100 to 600000"],
    ["--request-timeout-ms", "99", "requestTimeoutMs", "whole number from 100 to 600000"],
    ["--value-bytes-max", "1.5", "valueBytesMax", "whole number"],
    ["--value-bytes-max", "99999999", "valueBytesMax", "to 4194304"],
    ["--client-listen", "localhost", "clientListen", "host:port"],
    ["--client-listen", "localhost:70000", "clientListen", "host:port"],
    ["--members", "n1", "members", "n1=host:port"],
    ["--members", "n1=a:1,n1=b:2", "members", "each node once"],
    ["--members", "n1=a:1,n2=a:1", "members", "address of its own"],
    ["--members", "n1=a:0", "members", "n1=host:port"],
    ["--id", "n 1", "id", "letters, digits"],
    ["--id", "n4", "id", "one of the members: n1, n2, n3"],
    ["--join", "h:8001", "join", "the URL of a node"],
    ["--join", "http://h:8001/v1", "join", "the URL of a node"],
    ["--address", "h", "address", "host:port, with a host and a port from 1 to 65535"],
    ["--address", ":7001", "address", "with a host"],
    ["--members", "n1=:7001", "members", "n1=host:port"],
    ["--addresses", "n1=a:0", "addresses", "n1=host:port"],
    ["--priority", "-1", "priority", "whole number from 0 to 1000"],
    ["--lease-drift-max", "0.6", "leaseDriftMax", "number from 0 to 0.5"],
    ["--log-level", "loud", "logLevel", "debug, info, warn, error, silent"],
    ["--election-timeout-max-ms", "150", "electionTimeoutMaxMs", "above electionTimeoutMinMs (150)"],
    ["--election-timeout-min-ms", "99", "electionTimeoutMinMs", "twice heartbeatIntervalMs (50)"],
  ])("%s %s: the field, the value, where it stands, and the rule", (flag, value, field, rule) => {
    const message = complaint([...needed, flag, value]);
    expect(message).toContain(field);
    expect(message).toContain(rule);
    expect(message).not.toContain("\n");
    if (!field.startsWith("election")) expect(message).toContain(`${JSON.stringify(value)} (from ${flag})`);
  });

  test("a value from the environment or the file is blamed on it", () => {
    expect(complaint(needed, { QUORATE_LOG_LEVEL: "loud" })).toContain('"loud" (from QUORATE_LOG_LEVEL)');
    const config = file({ requestTimeoutMs: true });
    expect(complaint([...needed, "--config", config])).toContain(`requestTimeoutMs true (from ${config})`);
  });

  test("a file that is missing, no JSON, no object, or has fields that nobody knows is refused", () => {
    expect(complaint([...needed, "--config", join(directory, "absent.json")])).toContain("ENOENT");
    expect(complaint([...needed, "--config", file("{")])).toContain("is not JSON");
    expect(complaint([...needed, "--config", file([])])).toContain("must hold a JSON object");
    expect(complaint([...needed, "--config", file({ requestTimeout: 1 })])).toContain("unknown field requestTimeout");
  });

  test("flags that nobody knows are refused", () => {
    expect(complaint([...needed, "--foo"])).toBe("unknown option '--foo'; see quorate-server --help");
    expect(complaint([...needed, "extra"])).toContain("too many arguments");
    expect(complaint(["--id"])).toContain("argument missing");
  });

  test("--help lists every setting with its variable; --version is the package's", () => {
    const help = parseCommandLine(["--help"], "1.2.3");
    const text = help.type === "print" ? help.text : "";
    for (const { name } of settings) {
      expect(text).toContain(`${flagOf(name)} `);
      expect(text.replaceAll(/\s+/g, " ")).toContain(variableOf(name));
    }
    expect(parseCommandLine(["--version"], "1.2.3")).toEqual({ type: "print", text: "1.2.3\n" });
  });
});
