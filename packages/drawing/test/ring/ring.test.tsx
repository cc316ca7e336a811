// @vitest-environment happy-dom
import { chineseDrawing, englishDrawing, type Link, Ring } from "@quorate/drawing";
import { signal } from "@preact/signals";
import { beforeEach, describe, expect, test } from "vitest";
import { nodePoint, ringSize } from "../../src/ring/geometry.ts";
import { find, follow, point, press, show } from "../support/page.ts";
import { flightOf, nodeOf, viewOf } from "../support/views.ts";

function drawn() {
  const view = signal(viewOf());
  const texts = signal(englishDrawing);
  const selected = signal<string | undefined>(undefined);
  const cuts: Link[][] = [];
  const clicked: Link[] = [];
  const highlighted = signal<ReadonlySet<string>>(new Set());
  const frame = show(
    <Ring
      view={view}
      texts={texts}
      selected={selected}
      onSelect={(id) => (selected.value = id)}
      highlighted={highlighted}
      onCut={(links) => cuts.push([...links])}
      onLink={(link) => clicked.push(link)}
    />,
  );
  const node = (id: string) => find(frame, `[data-node="${id}"]`);
  return { view, texts, selected, cuts, clicked, highlighted, frame, node };
}

/** What a screen reader makes of a node: everything that is written in it. */
const wordsOf = (node: Element): string =>
  [...node.querySelectorAll("text")]
    .filter((text) => text.closest("[aria-hidden]") === null)
    .map((text) => text.textContent)
    .join(" ");

describe("Ring", () => {
  beforeEach(() => {
    // The page lays nothing out, so the ring is as many pixels as it has units, from the corner of the page.
    Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, ringSize, ringSize);
    Element.prototype.setPointerCapture = () => undefined;
  });

  test("says of each node who it is, in words, by letter and by shape", () => {
    const { view, node } = drawn();
    const nodes = [
      nodeOf("n1", { role: "leader", term: 3 }),
      nodeOf("n2", { role: "candidate", term: 4 }),
      nodeOf("n3", { condition: "down", role: undefined }),
    ];
    follow(() => (view.value = viewOf({ nodes })));
    expect(wordsOf(node("n1"))).toBe("n1 term 3 leader");
    expect(node("n1").querySelector("polygon")).not.toBeNull();
    expect(node("n2").querySelector(".ring-node-badge text")?.textContent).toBe("C");
    expect(node("n3").querySelector(".ring-node-badge text")?.textContent).toBe("×");
  });

  test("time that passes draws no node anew", () => {
    const { view, frame } = drawn();
    const before = view.value;
    const drawings: MutationRecord[] = [];
    const observer = new MutationObserver((records) => drawings.push(...records));
    observer.observe(find(frame, "svg"), { subtree: true, childList: true, attributes: true, characterData: true });
    follow(() => (view.value = { ...before, nowMs: 150 }));
    drawings.push(...observer.takeRecords());
    expect(drawings).toEqual([]);
    follow(() => (view.value = { ...before, nodes: before.nodes.with(0, nodeOf("n1", { term: 9 })) }));
    drawings.push(...observer.takeRecords());
    expect(drawings).not.toEqual([]);
  });

  test("the middle says who leads", () => {
    const { view, frame } = drawn();
    const lead = () => find(frame, ".ring-center-lead").textContent;
    expect(lead()).toBe("no leader");
    follow(() => (view.value = viewOf({ nodes: [nodeOf("n1"), nodeOf("n2", { role: "leader" })] })));
    expect(lead()).toBe("n2 leads");
  });

  test("a candidate's votes are ticks", () => {
    const { view, node } = drawn();
    const votes = { n1: true, n2: false };
    follow(() => (view.value = viewOf({ nodes: [nodeOf("n1", { role: "candidate", votes })] })));
    const titles = [...node("n1").querySelectorAll(".ring-vote title")].map((title) => title.textContent);
    expect(titles).toEqual(["n1: vote granted", "n2: vote refused", "n3: no answer yet"]);
  });

  test("cut links are drawn as cut, one direction too", () => {
    const { view, frame } = drawn();
    const classOf = (link: string) => find(frame, `[data-link="${link}"]`).getAttribute("class");
    const both = [
      { from: "n1", to: "n2" },
      { from: "n2", to: "n1" },
    ];
    follow(() => (view.value = viewOf({ cuts: [...both, { from: "n3", to: "n1" }] })));
    expect([classOf("n1 n2"), classOf("n1 n3"), classOf("n2 n3")]).toEqual([
      "ring-link is-both",
      "ring-link is-ba",
      "ring-link is-open",
    ]);
    expect(find(frame, '[data-link="n1 n3"]').querySelectorAll(".ring-link-arrow")).toHaveLength(1);
  });

  test("a line dragged across links cuts them; a click cuts nothing", () => {
    const { frame, cuts, clicked } = drawn();
    const surface = find(frame, ".ring-surface");
    const top = nodePoint(0, 3);
    point(surface, "pointerdown", top.x - 100, top.y + 80);
    point(surface, "pointermove", top.x + 100, top.y + 80);
    expect(frame.querySelectorAll(".ring-link.is-crossed")).toHaveLength(2);
    point(surface, "pointerup", top.x + 100, top.y + 80);
    expect(cuts).toEqual([
      [
        { a: "n1", b: "n2" },
        { a: "n1", b: "n3" },
      ],
    ]);
    expect(frame.querySelector(".ring-drag")).toBeNull();
    point(surface, "pointerdown", top.x, top.y + 80);
    point(surface, "pointerup", top.x, top.y + 80);
    expect(cuts).toHaveLength(1);
    expect(clicked).toEqual([]);
  });

  test("a link is clicked where it passes", () => {
    const { frame, cuts, clicked } = drawn();
    const [a, b] = [nodePoint(0, 3), nodePoint(1, 3)];
    const surface = find(frame, ".ring-surface");
    point(surface, "pointerdown", (a.x + b.x) / 2, (a.y + b.y) / 2);
    point(surface, "pointerup", (a.x + b.x) / 2, (a.y + b.y) / 2);
    expect(clicked).toEqual([{ a: "n1", b: "n2" }]);
    expect(cuts).toEqual([]);
  });

  test("the arrows lead from node to node, and Enter selects; one node is a stop for the Tab key", () => {
    const { frame, node, selected } = drawn();
    const stops = () =>
      [...frame.querySelectorAll('[data-node][tabindex="0"]')].map((e) => e.getAttribute("data-node"));
    expect(stops()).toEqual(["n1"]);
    press(node("n1"), "ArrowRight");
    expect(document.activeElement).toBe(node("n2"));
    press(node("n2"), "ArrowLeft");
    press(node("n1"), "ArrowLeft");
    expect(document.activeElement).toBe(node("n3"));
    expect(stops()).toEqual(["n3"]);
    press(node("n3"), "Enter");
    expect(selected.value).toBe("n3");
    expect(node("n3").getAttribute("aria-pressed")).toBe("true");
  });

  test("a message under the pointer says what it carries, until the pointer leaves", () => {
    const { view, frame } = drawn();
    const [from, to] = [nodePoint(0, 3), nodePoint(1, 3)];
    const flight = flightOf({ type: "append-entries", dueMs: 10, fields: [["prevIndex", "7"]] });
    follow(() => (view.value = viewOf({ nowMs: 5, flights: [flight] })));
    point(find(frame, ".ring"), "pointermove", (from.x + to.x) / 2, (from.y + to.y) / 2);
    expect(find(frame, ".message-card").textContent).toContain("AppendEntriesn1 → n2prevIndex7arrives in 5.0 ms");
    point(find(frame, ".ring"), "pointerleave", 0, 0);
    expect(frame.querySelector(".message-card")).toBeNull();
  });

  test("messages can be gone through by keyboard", () => {
    const { view, frame } = drawn();
    const flights = [flightOf({ id: 1 }), flightOf({ id: 2, type: "request-vote", from: "n2", to: "n3" })];
    follow(() => (view.value = viewOf({ nowMs: 5, flights })));
    const list = find(frame, ".message-list");
    expect(list.textContent).toBe("2 messages on their way");
    press(list, "ArrowRight");
    expect(find(frame, ".message-card strong").textContent).toBe("heartbeat");
    press(list, "ArrowRight");
    expect(find(frame, ".message-card strong").textContent).toBe("RequestVote");
    press(list, "ArrowRight");
    expect(find(frame, ".message-card strong").textContent).toBe("heartbeat");
  });

  test("speaks Chinese", () => {
    const { texts, node } = drawn();
    follow(() => (texts.value = chineseDrawing));
    expect(wordsOf(node("n1"))).toBe("n1 任期 1 跟随者");
  });

  test("draws the eye to what is highlighted", () => {
    const { highlighted, frame } = drawn();
    follow(() => (highlighted.value = new Set(["n2"])));
    expect([...frame.querySelectorAll(".is-highlighted")].map((e) => e.getAttribute("data-node"))).toEqual(["n2"]);
  });
});
