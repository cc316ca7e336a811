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

  test("a node is added under an id and an address, as a learner unless said otherwise", async () => {
    await running();
    page.answer = () => Response.json({});
    await page.click("Add a node …");
    const [id, address] = page.frame.querySelectorAll<HTMLInputElement>(".add-form input[type=text]");
    for (const [field, value] of [
      [id, " n4 "],
      [address, "127.0.0.1:7004"],
    ] as const) {
      await page.follow(() => {
        if (field === undefined) throw new Error("no field");
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
    expect(page.button("Continue").type).toBe("submit");
    await page.follow(() =>
      page.find(".add-form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })),
    );
    expect(page.text("dialog .effect")).toContain("The leader sends it the log");
    await page.click("Add n4");
    await vi.waitFor(() => expect(changes()).toHaveLength(1));
    expect(changes()[0]?.body).toBe('{"id":"n4","address":"127.0.0.1:7004","learner":true}');
  });
});
