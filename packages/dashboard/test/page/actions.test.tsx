// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { leaderReport, originOf, reportOf } from "./support/reports.ts";
import { TestPage } from "./support/page.tsx";

let page: TestPage;

const actions = true;
const changes = () => page.asked.filter(({ method }) => method !== "GET");
const running = () => page.report("n1", leaderReport("n1", { n2: 5, n3: 5 }, { actions }), reportOf("n2", { actions }));

beforeEach(async () => {
  page = new TestPage();
  await page.open();
});
afterEach(() => page.close());

test("there are no actions where the server that is asked allows none", async () => {
  await page.report("n1", leaderReport("n1", { n2: 5 }), reportOf("n2", { actions }));
  expect(page.has(".node-actions")).toBe(false);
  expect(() => page.button("Add a node …")).toThrow();
  await page.follow(() => page.streams.fail(originOf("n1")));
  await page.report("n2", reportOf("n2", { actions }));
  expect(page.has(".node-actions")).toBe(true);
});

describe("an action", () => {
  test("is done only after its effect was read, and by who tells about the cluster", async () => {
    await running();
    page.answer = () => Response.json({ leader: { id: "n2" } });
    await page.click("Change n2");
    await page.click("Hand the lead to n2 …");
    expect(page.text("dialog .effect")).toContain("n1 brings n2 up to date");
    expect(changes()).toEqual([]);
    await page.click("Hand the lead to n2");
    await vi.waitFor(() => expect(page.text("dialog .outcome")).toBe("Done: Hand the lead to n2."));
    await page.report("n1", leaderReport("n2", { n1: 5 }, { actions, raft: { term: 4 } }));
    expect(page.text("dialog .effect")).toContain("n1 brings n2 up to date");
    expect(changes()).toEqual([
      { url: "http://127.0.0.1:8001/v1/cluster/transfer", method: "POST", body: '{"to":"n2"}' },
    ]);
    await page.follow(() => page.find("dialog .dialog-actions button").click());
    expect(page.has("dialog")).toBe(false);
  });

  test("that takes a voter away says how many failures are survived then", async () => {
    await running();
    await page.click("Change n3");
    await page.click("Remove n3 …");
    expect(page.text("dialog .effect")).toContain("2 voters remain: if one fails, nothing can be written.");
    await page.click("Back");
    await page.click("Make n3 a learner …");
    expect(page.text("dialog .effect")).toContain("neither votes nor counts");
    expect(changes()).toEqual([]);
  });

  test("that is refused shows the server's words, and can be asked for again", async () => {
    await running();
    page.answer = () =>
      Response.json({ code: "MEMBERSHIP_PENDING", detail: "n4 is being added", remedy: "wait" }, { status: 409 });
    await page.click("Change n3");
    await page.click("Remove n3 …");
    await page.click("Remove n3");
    await vi.waitFor(() => expect(page.text(".refusal")).toContain("The server refused: n4 is being added"));
    expect(page.text(".refusal")).toContain("What can be done: wait.");
    expect(page.text(".refusal code")).toBe("MEMBERSHIP_PENDING");
    expect(page.button("Remove n3").disabled).toBe(false);
  });

  test("of which the server does not know what came is not called refused", async () => {
    await running();
    page.answer = () =>
      Response.json({ code: "OUTCOME_UNKNOWN", outcome: "unknown", detail: "n1 has not answered" }, { status: 504 });
    await page.click("Change n3");
    await page.click("Remove n3 …");
    await page.click("Remove n3");
    await vi.waitFor(() => expect(page.text(".refusal")).toContain("n1 has not answered. It may have been done"));
    expect(page.text(".refusal")).not.toContain("refused");
  });

  test("the leader is not asked to lead, and a learner is promoted, not demoted", async () => {
    const leader = leaderReport("n1", { n2: 5 }, { actions });
    const membership = { ...leader.raft.membership, voters: ["n1", "n2"], learners: ["n3"] };
    await page.report("n1", { ...leader, raft: { ...leader.raft, membership } });
    const choices = async (id: string) => {
      await page.click(`Change ${id}`);
      const words = [...page.frame.querySelectorAll(".choices button")].map((button) => button.textContent);
      await page.click("Close");
      return words;
    };
    expect(await choices("n1")).toEqual(["Make n1 a learner …", "Remove n1 …"]);
    expect(await choices("n2")).toEqual(["Hand the lead to n2 …", "Make n2 a learner …", "Remove n2 …"]);
    expect(await choices("n3")).toEqual(["Make n3 a voter …", "Remove n3 …"]);
  });
});

describe("a node that is to be added", () => {
  const addresses = { n1: "127.0.0.1:7001", n2: "127.0.0.1:7002", n3: "127.0.0.1:7003" };
  const membership = { voters: ["n1", "n2", "n3"], learners: [], outgoing: [], addresses, isFounding: false };
  const enter = (name: "id" | "address", value: string) =>
    page.enter(`.add-form label:nth-of-type(${name === "id" ? 1 : 2}) input`, value);
  const submit = () =>
    page.follow(() => page.find(".add-form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));

  beforeEach(async () => {
    await page.report("n1", leaderReport("n1", { n2: 5, n3: 5 }, { actions, raft: { membership } }));
    await page.click("Add a node …");
    page.answer = () => Response.json({});
  });

  test("is started with a command that is made for this cluster", async () => {
    const others = "--join http://127.0.0.1:8001 --address 127.0.0.1:7004 --client-listen 127.0.0.1:8002";
    expect(page.text(".command")).toBe(`quorate-server --id n4 --data ./data/n4 ${others}`);
    await enter("id", "n9");
    await enter("address", "h9:7000");
    await page.follow(() => page.find(".add-form input[type=checkbox]").click());
    expect(page.text(".command")).toContain("--id n9 --data ./data/n9");
    expect(page.text(".command")).toContain("--address h9:7000");
    expect(page.text(".command")).toMatch(/ --learner$/);
  });

  test("can be added as it is where it runs already; while it does not answer, that is said", async () => {
    await enter("id", " n4 ");
    expect(page.button("It runs already: add it …").type).toBe("submit");
    await submit();
    expect(page.text("dialog .effect")).toContain("The leader sends it the log");
    await page.click("Add n4");
    await vi.waitFor(() => expect(page.text("dialog .outcome")).toBe("Done: Add n4."));
    expect(changes()[0]?.body).toBe('{"id":"n4","address":"127.0.0.1:7004","learner":false}');
    expect(page.text("dialog .refusal")).toContain("n4 does not answer yet");
    await page.say("n1", { type: "unreachable", id: "n4", since: 0, reason: "gone" });
    expect(page.text("dialog .refusal")).toContain("n4 does not answer yet");
    await page.report("n1", reportOf("n4", { raft: { membership: { ...membership, learners: ["n4"] } } }));
    expect(page.has("dialog .refusal")).toBe(false);
  });

  test.each(["nonsense", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "a b:7004", "http://n4:7004"])(
    "is not asked for at %j, which is no address",
    async (address) => {
      await enter("address", address);
      await submit();
      expect(page.text(".refusal")).toContain("The address must be host:port");
      expect(page.has(".add-form")).toBe(true);
      await enter("address", "[::1]:7004");
      expect(page.has(".refusal")).toBe(false);
      await submit();
      expect(page.has(".add-form")).toBe(false);
    },
  );

  test("that the server finds wrong is refused in words that can be understood here", async () => {
    page.answer = () =>
      Response.json(
        { code: "BAD_REQUEST", detail: "id is too long", remedy: "correct what detail names" },
        { status: 400 },
      );
    await submit();
    await page.click("Add n4");
    await vi.waitFor(() => expect(page.text(".refusal")).toContain("The server refused: id is too long"));
    expect(page.text(".refusal")).not.toContain("detail names");
  });
});
