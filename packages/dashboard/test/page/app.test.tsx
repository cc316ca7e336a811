// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventOf, leaderReport, originOf, reportOf } from "./support/reports.ts";
import { TestPage } from "./support/page.tsx";

let page: TestPage;

const row = (id: string): string => page.text(`[data-node-row=${id}]`);
const role = (id: string): string => page.text(`[data-node-row=${id}] .node-role`);

beforeEach(async () => {
  page = new TestPage();
  await page.open();
});
afterEach(() => page.close());

/** Three nodes, led by n1, as n1 tells. */
const running = () =>
  page.report("n1", leaderReport("n1", { n2: 5, n3: 2 }), reportOf("n2"), reportOf("n3", { version: "2.0.0" }));

describe("the page", () => {
  test("waits until it hears something, and says so", async () => {
    expect(page.text(".connection")).toBe("Connecting …");
    expect(page.text(".nodes-card")).toContain("Waiting for the first report");
    await running();
    expect(page.text(".connection")).toBe("Live, from n1");
    expect(page.text(".header-cluster")).toContain("3 nodes");
    expect(page.text(".header-cluster")).toContain("n1 leads term 3");
  });

  test("shows each node in the ring, in the logs and in numbers", async () => {
    await running();
    expect(page.text(".logs-card")).toContain("tell of their latest entries, and of no others");
    const whole = { firstIndex: 5, lastIndex: 5 };
    await page.report("n1", ...["n1", "n2", "n3"].map((id) => reportOf(id, { raft: whole })));
    expect(page.text(".logs-card")).not.toContain("latest entries");
    await running();
    for (const id of ["n1", "n2", "n3"]) expect(page.has(`.ring [data-node=${id}]`)).toBe(true);
    expect(page.frame.querySelectorAll(".log-row")).toHaveLength(3);
    expect([role("n1"), role("n2")]).toEqual(["leader", "follower"]);
    const cell = (id: string, label: string) => page.text(`[data-node-row=${id}] [data-label="${label}"]`);
    expect([cell("n2", "Lag"), cell("n3", "Lag"), cell("n1", "Lag")]).toEqual(["0", "3", "–"]);
    expect(cell("n3", "Last contact")).toBe("100 ms");
    expect(cell("n2", "Memory")).toBe("100 MB");
    expect(row("n3")).toContain("2.0.0, up 60 s");
  });

  test("shows a snapshot on its way with its progress", async () => {
    const transfers = [{ direction: "to", peer: "n3", index: 800, bytes: 250_000, totalBytes: 1_000_000 }] as const;
    await page.report("n1", leaderReport("n1", { n2: 5 }, { transfers }), reportOf("n2"));
    expect(page.text(".transfer")).toBe("25 % to n3");
    const progress = page.find(".transfer progress");
    expect(progress.getAttribute("aria-label")).toBe("25 % to n3, 250 kB of 1 MB");
  });

  test("says in words what has happened, the latest first, each once", async () => {
    await running();
    const old = { type: "event", event: eventOf("a", { kind: "election", values: { term: 3 }, atMs: 1 }) } as const;
    await page.say("n1", old, { type: "event", event: eventOf("b", { atMs: 2 }) }, old);
    const said = [...page.frame.querySelectorAll(".event span")].map((event) => event.textContent);
    expect(said).toEqual(["n1 leads term 3", "n1 stands for election in term 3"]);
  });

  test("announces what happens, but not what had happened before", async () => {
    expect(page.find(".events").getAttribute("aria-live")).toBe("off");
    await page.pass(3000);
    expect(page.find(".events").getAttribute("aria-live")).toBe("polite");
  });

  test("passes over what it does not understand", async () => {
    await running();
    await page.follow(() => page.streams.say(originOf("n1"), "{"));
    await page.follow(() => page.streams.say(originOf("n1"), '{"type":"from the future"}'));
    expect(role("n1")).toBe("leader");
  });

  test("draws charts from what is measured, and says the same in words", async () => {
    const counted = (committedIndex: number, atMs: number) => ({
      atMs,
      counters: { committedIndex, writes: 0, reads: 0 },
    });
    await page.report("n1", leaderReport("n1", { n2: 5 }, counted(100, 1000)));
    await page.pass(900);
    await page.report("n1", leaderReport("n1", { n2: 5 }, counted(100, 1000)));
    await page.pass(900);
    await page.report("n1", leaderReport("n1", { n2: 5 }, counted(100, 1000)));
    await page.pass(100);
    await page.report("n1", leaderReport("n1", { n2: 5 }, counted(350, 2000)));
    await page.pass(1000);
    expect(page.text('[aria-label="Committed entries per second"] strong')).toBe("250");
    expect(page.text('[aria-label="Committed entries per second"] .visually-hidden')).toBe(
      "entries/s: now 250, between 250 and 250.",
    );
    expect(page.text('[aria-label="Write latency at the leader"] .visually-hidden')).toBe("nothing measured yet");
  });

  test("speaks Chinese and is dark when asked, and keeps both", async () => {
    await running();
    await page.click("中文");
    expect(page.text(".connection")).toBe("实时，来自 n1");
    expect(document.documentElement.lang).toBe("zh");
    await page.click("主题：跟随系统");
    await page.click("主题：浅色");
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    expect(localStorage.getItem("quorate-dashboard")).toBe('{"language":"zh","theme":"dark"}');
  });

  test("a node that is chosen is so everywhere", async () => {
    await running();
    await page.follow(() => page.find("[data-node-row=n2]").click());
    expect(page.find(".ring [data-node=n2]").getAttribute("aria-pressed")).toBe("true");
    expect(page.find("[data-node-row=n2]").className).toContain("is-selected");
    expect(page.button("Details of n2").getAttribute("aria-expanded")).toBe("true");
    expect(page.text(".node-details")).toContain("For peers127.0.0.1:7002");
    await page.click("Details of n2");
    expect(page.has(".node-details")).toBe(false);
  });

  test("says what a node complains of, and what the members are on the way to", async () => {
    const grievance = { detail: "n2 has lost its data", remedy: "remove it and add it again" };
    const change = { voters: ["n1", "n2", "n4"], learners: [] };
    const leader = leaderReport("n1", {});
    const membership = { ...leader.raft.membership, change };
    await page.report(
      "n1",
      { ...leader, raft: { ...leader.raft, membership } },
      reportOf("n2", { raft: { grievance } }),
    );
    expect(page.text(".notices")).toContain("Voters will be n1, n2, n4.");
    expect(page.text(".notices")).toContain("n2: n2 has lost its data. remove it and add it again.");
  });
});

describe("a member that was not known when the page was loaded", () => {
  const notices = (): string => page.text(".notices");

  test("is out of its reach, and the page says so before it matters, until it is no member any more", async () => {
    await running();
    expect(page.tried).toEqual([originOf("n2"), originOf("n3")]);
    await running();
    expect(page.tried).toHaveLength(2);
    expect(notices()).toBe("");
    await page.refuse(originOf("n3"));
    await page.refuse(originOf("n3"));
    expect(notices()).toContain("n3 was not known yet when this page was loaded");
    expect(notices()).toContain("if n1 dies. Load it again.");
    const leader = leaderReport("n1", { n2: 5 }, { raft: { commitIndex: 9 } });
    const membership = { ...leader.raft.membership, voters: ["n1", "n2"] };
    await page.say("n1", { type: "unreachable", id: "n3", since: 0, reason: "gone" });
    await page.report("n1", { ...leader, raft: { ...leader.raft, membership } });
    expect(notices()).toBe("");
  });

  test("is not the page's own server, under whatever name that was reached", async () => {
    await running();
    await page.refuse(originOf("n1"));
    await page.refuse("http://elsewhere.example");
    expect(notices()).toBe("");
  });
});

describe("when nodes die", () => {
  test("one that the server does not reach is down at once", async () => {
    await running();
    await page.say("n1", { type: "unreachable", id: "n2", since: 0, reason: "gone" });
    expect(role("n2")).toBe("down");
    expect(page.find(".ring [data-node=n2]").getAttribute("class")).toContain("appears-down");
    await page.pass(500);
    expect(row("n2")).toContain("not reached for 0 s");
  });

  test("one of another version, which is not understood, is not down: an upgrade is no outage", async () => {
    await running();
    await page.say("n1", { type: "unreachable", id: "n2", since: 0, reason: "unreadable" });
    expect(role("n2")).not.toBe("down");
    expect(row("n2")).toContain("runs another version");
    await page.say("n1", { type: "unreachable", id: "n2", since: 0, reason: "gone" });
    expect(role("n2")).toBe("down");
    await page.say("n1", { type: "unreachable", id: "n2", since: 0, reason: "unreadable" });
    await page.report("n1", reportOf("n2"));
    expect(role("n2")).toBe("follower");
    expect(row("n2")).not.toContain("another version");
  });

  test("the one that served the page is down, and another tells", async () => {
    await running();
    await page.follow(() => page.streams.fail(originOf("n1")));
    expect(role("n1")).toBe("down");
    expect(page.text(".event")).toContain("This page does not reach n1");
    await page.report("n2", reportOf("n2"));
    expect(page.text(".connection")).toBe("Live, from n2");
    expect(page.asked).toHaveLength(1);
    expect(page.text(".notices")).toBe("n1, which served this page, does not answer. n2 tells about the cluster now.");
    expect(role("n1")).toBe("down");
    expect(page.text(".header-cluster")).toContain("no leader");
  });

  test("when all are dead it says since when, and shows none of them as running", async () => {
    await running();
    await page.follow(() => ["n1", "n2", "n3"].forEach((id) => page.streams.fail(originOf(id))));
    await page.pass(300);
    expect(page.text(".connection")).toBe("No answer");
    expect(["n1", "n2", "n3"].map(role)).toEqual(["down", "down", "down"]);
    expect(page.text(".notice")).toContain("No node has answered for 0 s.");
    expect(page.streams.current).toEqual([]);
    await page.pass(200);
    expect(page.streams.current).toEqual([originOf("n1")]);
    await running();
    expect(page.text(".connection")).toBe("Live, from n1");
    expect(role("n2")).toBe("follower");
  });
});

describe("the keys", () => {
  const kvs = ["a", "b"].map((key) => ({ key, value: "aGk=", createRevision: 1, modRevision: 7, version: 2 }));
  const urls = (): readonly string[] => page.asked.map(({ url }) => url);

  test("are read by themselves once, then page by page, as text and in hex", async () => {
    page.answer = () => Response.json({ revision: 9, kvs, more: true });
    await running();
    await vi.waitFor(() => expect(page.text(".keys-state")).toContain("2 keys on this page, and there are more, at"));
    expect(page.text(".keys-state")).toMatch(/at revision 9, read at \d\d:\d\d:\d\d\. Show reads them again\.$/);
    expect(page.text(".keys-value")).toBe("hi");
    await page.enter(".keys-form input", "us");
    await page.enter(".keys-form select", "stale");
    await page.click("Show");
    await vi.waitFor(() => expect(page.button("Next page").disabled).toBe(false));
    await page.click("Next page");
    await vi.waitFor(() => expect(page.button("First page").disabled).toBe(false));
    expect(urls()).toEqual([
      "http://127.0.0.1:8001/v1/kv?prefix=&limit=20&consistency=linearizable",
      "http://127.0.0.1:8001/v1/kv?prefix=us&limit=20&consistency=stale",
      "http://127.0.0.1:8001/v1/kv?start=b%00&end=ut&limit=20&consistency=stale",
    ]);
    const [, form] = page.frame.querySelectorAll<HTMLSelectElement>(".keys-form select");
    await page.follow(() => {
      if (form === undefined) throw new Error("no field");
      form.value = "hex";
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
    expect(page.text(".keys-value")).toBe("68 69");
  });

  test("that there are none of are said to have been none when they were read; Show reads again", async () => {
    page.answer = () => Response.json({ revision: 1, kvs: [], more: false });
    await running();
    const state = () => page.text(".keys-state");
    await vi.waitFor(() => expect(state()).toMatch(/^There are no such keys at revision 1, read at [\d:]+\. Show/));
    page.answer = () => Response.json({ revision: 3, kvs, more: false });
    await page.click("Show");
    await vi.waitFor(() => expect(state()).toMatch(/^2 keys at revision 3, read at [\d:]+\. Show/));
  });

  test("that cannot be read are refused in the server's words", async () => {
    page.answer = () => Response.json({ code: "NO_LEADER", detail: "nobody leads", remedy: "wait" }, { status: 503 });
    await running();
    await vi.waitFor(() =>
      expect(page.text(".refusal")).toBe("The server refused: nobody leads What can be done: wait."),
    );
  });
});
