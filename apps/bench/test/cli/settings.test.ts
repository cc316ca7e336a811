import { describe, expect, test } from "vitest";
import { settingsOf } from "../../src/cli/settings.ts";

describe("the command line", () => {
  test("puts 200,000 values of 256 bytes from 256 callers into three servers by default", () => {
    expect(settingsOf([])).toEqual({
      type: "bench",
      bench: {
        mode: { type: "servers" },
        load: {
          ...{ scenario: "put", clients: 256, connections: 4, total: 200_000, warmUp: 20_000 },
          ...{ valueBytes: 256, keys: 10_000, nodes: 3 },
        },
        ...{ rival: undefined, turns: 1, directory: undefined, isJson: false },
      },
    });
  });

  test("takes what it is given", () => {
    const load = ["--scenario", "get", "--clients", "2", "--connections", "1", "--total", "50", "--value-size", "9"];
    const more = ["--keys", "7", "--nodes", "5", "--warm-up", "0", "--vs", "etcd", "--directory", "d", "--json"];
    expect(settingsOf([...load, ...more])).toMatchObject({
      bench: {
        load: { scenario: "get", clients: 2, connections: 1, total: 50, valueBytes: 9, keys: 7, nodes: 5, warmUp: 0 },
        ...{ rival: "etcd", turns: 3, directory: "d", isJson: true },
      },
    });
    expect(settingsOf(["--failover", "20"])).toMatchObject({ bench: { mode: { type: "failover", kills: 20 } } });
    expect(settingsOf(["--growth", "--quick"])).toMatchObject({ bench: { mode: { type: "growth", isQuick: true } } });
    const parts = ["--part", "log", "joining", "--data-size", "2", "--output", "o"];
    const sizes = ["--entries", "1000000", "--rate", "700"];
    expect(settingsOf(["--growth", ...parts, ...sizes])).toMatchObject({
      bench: { mode: { entries: 1_000_000, rate: 700 } },
    });
    expect(settingsOf(["--growth", ...parts])).toMatchObject({
      bench: { mode: { isQuick: false, parts: ["log", "joining"], sizeBytes: 2 * 1024 * 1024, output: "o" } },
    });
    expect(settingsOf(["--core"])).toMatchObject({ bench: { mode: { type: "core" }, load: { total: 5_000_000 } } });
    expect(settingsOf(["--core"])).toMatchObject({ bench: { load: { warmUp: 200_000 } } });
    expect(settingsOf(["--core", "--warm-up", "10"])).toMatchObject({ bench: { load: { warmUp: 10 } } });
    expect(settingsOf(["--library"])).toMatchObject({ bench: { mode: { type: "library" } } });
    expect(settingsOf(["--help"])).toMatchObject({ type: "print", text: expect.stringContaining("--scenario") });
  });

  test.each([
    [["--scenario", "flood"], "put, get, lease-get"],
    [["--nodes", "10"], "from 1 to 9"],
    [["--vs", "others"], "etcd, floor"],
    [["--library", "--failover", "2"], "cannot be used with"],
    [["--quick"], "goes with --growth"],
    [["--core", "--data-size", "2"], "--data-size goes with --growth"],
    [["--growth", "--part", "all"], "values, keys, nodes"],
    [["--rate", "5"], "--rate goes with --growth"],
    [["--core", "--nodes", "5"], "--nodes goes with servers and --failover, not with --core"],
    [["--core", "--nodes", "3"], "--nodes goes with"],
    [["--core", "--clients", "3"], "--clients goes with servers, --failover and --library"],
    [["--core", "--scenario", "get"], "--scenario goes with servers"],
    [["--core", "--keys", "5"], "--keys goes with"],
    [["--library", "--nodes", "5"], "--nodes goes with"],
    [["--library", "--scenario", "get"], "--scenario goes with"],
    [["--library", "--connections", "1"], "--connections goes with"],
    [["--failover", "3", "--scenario", "get"], "--scenario goes with servers, not with --failover"],
    [["--failover", "3", "--total", "5"], "--total goes with"],
    [["--growth", "--total", "5"], "--total goes with"],
    [["--growth", "--turns", "3"], "--turns goes with"],
    [["--growth", "--warm-up", "3"], "--warm-up goes with"],
    [["--growth", "--part", "data", "--entries", "5"], "--entries goes with --part log"],
    [["--growth", "--part", "data", "--rate", "5"], "--rate goes with --part joining"],
    [["--flood"], "unknown option"],
  ])("%j is refused: %s", (args, reason) => {
    expect(() => settingsOf(args)).toThrow(reason);
  });
});
