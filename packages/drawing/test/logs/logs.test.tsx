// @vitest-environment happy-dom
import { englishDrawing, Logs } from "@quorate/drawing";
import { signal } from "@preact/signals";
import { describe, expect, test } from "vitest";
import { followerIn } from "../../src/logs/log-row.tsx";
import { find, follow, show } from "../support/page.ts";
import { logOf, nodeOf, viewOf } from "../support/views.ts";

function drawn(view = viewOf()) {
  const source = signal(view);
  const selected = signal<string | undefined>(undefined);
  const entries: number[] = [];
  const onSelect = (id: string): void => void (selected.value = id);
  const frame = show(
    <Logs
      view={source}
      texts={signal(englishDrawing)}
      {...{ selected, onSelect }}
      onEntry={(index) => entries.push(index)}
    />,
  );
  const row = (id: string): Element => {
    const rows = [...frame.querySelectorAll("tbody tr")];
    const found = rows.find((element) => element.querySelector(".log-row-id")?.textContent === id);
    if (found === undefined) throw new Error(`no row of ${id}`);
    return found;
  };
  return { source, selected, entries, frame, row };
}

describe("Logs", () => {
  test("an entry says its index, term, text and state", () => {
    const log = logOf([1, 2]);
    const { row, frame } = drawn(viewOf({ nodes: [nodeOf("n1", { log, commitIndex: 1, appliedIndex: 1 })] }));
    const [first, second] = [...row("n1").querySelectorAll(".log-entry")];
    expect(first?.getAttribute("title")).toBe("entry 1, term 1: x=1 (committed, applied)");
    expect(second?.getAttribute("title")).toBe("entry 2, term 2: x=2 (not committed)");
    expect(first?.className).toContain("is-committed");
    expect(second?.className).not.toContain("is-committed");
    const head = [...frame.querySelectorAll("thead th")].map((th) => th.textContent).slice(1);
    expect(head).toEqual(["1", "2"]);
  });

  test("what is not durable is marked, and a no-op is called by its name", () => {
    const log = { ...logOf([1, 1]), entries: [{ index: 1, term: 1, kind: "no-op" as const, text: "" }] };
    const { row } = drawn(viewOf({ nodes: [nodeOf("n1", { log, durableIndex: 0 })] }));
    expect(find(row("n1"), ".log-entry").className).toContain("is-not-durable");
    expect(find(row("n1"), ".log-entry-text").textContent).toBe("no-op");
  });

  test("an entry's label is in the cell, and its text is said", () => {
    const entries = [{ index: 1, term: 1, kind: "command" as const, text: "put users/17", label: "…s/17" }];
    const { row } = drawn(viewOf({ nodes: [nodeOf("n1", { log: { ...logOf([1]), entries } })] }));
    expect(find(row("n1"), ".log-entry-text").textContent).toBe("…s/17");
    expect(find(row("n1"), ".log-entry").getAttribute("title")).toContain("put users/17");
  });

  test("a conflict is seen as it is overwritten, and what is gone as it goes", () => {
    const before = viewOf({ nodes: [nodeOf("n1", { log: logOf([1, 1, 1]) })] });
    const { source, row } = drawn(before);
    expect(row("n1").querySelector(".is-overwritten")).toBeNull();
    follow(() => (source.value = viewOf({ nowMs: 10, nodes: [nodeOf("n1", { log: logOf([1, 2]) })] })));
    expect(find(row("n1"), ".is-overwritten").getAttribute("title")).toContain("entry 2, term 2");
    follow(() => (source.value = { ...before, nowMs: 5 }));
    expect(row("n1").querySelector(".is-overwritten")).toBeNull();
  });

  test("an entry that is gone while another node still has its place fades", () => {
    const nodes = (terms: readonly number[]) => [
      nodeOf("n1", { log: logOf(terms) }),
      nodeOf("n2", { log: logOf([1, 1, 1]) }),
    ];
    const { source, row } = drawn(viewOf({ nodes: nodes([1, 1, 1]) }));
    follow(() => (source.value = viewOf({ nowMs: 10, nodes: nodes([1, 1]) })));
    expect(find(row("n1"), ".is-removed").textContent).toContain("x=3");
    expect(row("n2").querySelector(".is-removed")).toBeNull();
  });

  test("a snapshot is a block over the entries that it stands for", () => {
    const { row } = drawn(viewOf({ nodes: [nodeOf("n1", { log: logOf([2, 2], 5) })] }));
    const block = find(row("n1"), ".log-snapshot");
    expect(block.getAttribute("colspan")).toBe("4");
    expect(block.textContent).toBe("snapshot ≤ 4");
  });

  test("what the leader knows of a follower stands in the follower's row", () => {
    const follower = { id: "n2", matchIndex: 1, nextIndex: 2, state: "replicate", lastContactMs: 0 } as const;
    const leader = nodeOf("n1", { role: "leader", term: 2, log: logOf([1, 2]), followers: [follower] });
    const nodes = [leader, nodeOf("n2", { log: logOf([1]) })];
    const { row } = drawn(viewOf({ nodes }));
    const classes = [...row("n2").querySelectorAll("td")].map((td) => td.className.trim());
    expect(classes).toEqual(["is-match", "log-nothing  is-next"]);
    const late = nodeOf("n3", { role: "leader", term: 1, followers: [{ ...follower, matchIndex: 0 }] });
    expect(followerIn(viewOf({ nodes: [late, ...nodes] }), "n2")).toBe(follower);
  });

  test("an entry can be pointed at", () => {
    const { entries, row } = drawn(viewOf({ nodes: [nodeOf("n1", { log: logOf([1, 1]) })] }));
    const second = row("n1").querySelectorAll(".log-entry")[1];
    follow(() => second?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    expect(entries).toEqual([2]);
  });

  test("a node is selected by its row's head", () => {
    const { selected, row } = drawn();
    follow(() => find(row("n2"), "button").dispatchEvent(new MouseEvent("click", { bubbles: true })));
    expect(selected.value).toBe("n2");
    expect(find(row("n2"), "button").getAttribute("aria-pressed")).toBe("true");
  });
});
