import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { describeInBrowser, patienceMs } from "../support/browser.ts";
import { Playground } from "../support/playground.ts";
import { type Site, servePlayground } from "../support/site.ts";

/** Presses the pointer in one place and lifts it in another, as fast as a hand. */
async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
}

async function clickMiddle(page: Page, what: Locator): Promise<void> {
  const box = await what.boundingBox();
  if (box === null) throw new Error("there is nothing to click");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

describeInBrowser("doing things in the playground", ({ open }) => {
  let site: Site;
  beforeAll(async () => void (site = await servePlayground()), patienceMs);
  afterAll(() => site.close());
  const playground = async (fragment = ""): Promise<Playground> => new Playground(await open(site.url + fragment));

  test("an election is watched from its beginning, and who leads is told", async () => {
    const page = await playground();
    await page.count(page.page.locator(".ring-node.appears-follower"), 5);
    const leader = await page.leader();
    await page.eventually(
      () => page.page.locator(".ring-center").textContent(),
      (text) => text.includes(`${leader} leads`),
      "told",
    );
    await page.node(leader).click();
    const why = page.page.getByRole("tabpanel", { name: "Node" });
    await page.eventually(
      () => why.textContent(),
      (text) => text.includes(`${leader} · leader`) && text.includes("§5.2"),
      "why",
    );
  });

  test("a value that is proposed is committed in every log", async () => {
    const page = await playground("#nodes=3");
    await page.leader();
    await page.button("Propose a value").click();
    await page.count(page.entries("x=1", "committed"), 3);
  });

  test("a line dragged across the ring cuts a node off; what is written meanwhile reaches it when links heal", async () => {
    const page = await playground();
    await page.leader();
    // Between n1, at the top, and all the others.
    await drag(page.page, await page.ringPoint(140, 200), await page.ringPoint(500, 200));
    await page.count(page.page.locator(".ring-link.is-both"), 4);
    await page.nodeIs("n1", "candidate");
    await page.button("Propose a value").click();
    await page.count(page.entries("x=1", "committed"), 4);
    await page.button("Heal links").click();
    await page.count(page.page.locator(".ring-link.is-both"), 0);
    await page.count(page.entries("x=1", "committed"), 5);
    await page.nodeIs("n1", "follower");
  });

  test("a click on a link cuts one direction, then the other, then both, then none", async () => {
    const page = await playground();
    await page.leader();
    await page.pause();
    const link = page.page.locator('[data-link="n1 n2"]');
    for (const state of ["ab", "ba", "both", "open"]) {
      await clickMiddle(page.page, link);
      await page.eventually(
        () => link.getAttribute("class"),
        (text) => text.includes(`is-${state}`),
        state,
      );
    }
  });

  test("a killed leader is replaced; started again it follows, with the log of the others", async () => {
    const page = await playground("#nodes=3");
    const leader = await page.leader();
    await page.node(leader).click();
    await page.button("Kill").click();
    await page.nodeIs(leader, "down");
    const next = page.page.locator(`.ring-node.appears-leader:not([data-node="${leader}"])`);
    await next.waitFor();
    await page.button("Propose a value").click();
    await page.count(page.entries("x=1", "committed"), 2);
    await page.button("Restart").click();
    await page.nodeIs(leader, "follower");
    await page.count(page.entries("x=1", "committed"), 3);
  });

  test("another node is started and becomes a voter", async () => {
    const page = await playground("#nodes=3");
    await page.leader();
    const panel = await page.openPanel("Cluster");
    await panel.getByRole("button", { name: "Start another node" }).click();
    await page.count(page.page.locator(".ring-node"), 4);
    await panel.getByRole("button", { name: "Add as voter" }).click();
    await page.eventually(
      () => panel.innerText(),
      (text) => /n4[^n]*voter/.test(text),
      "a voter",
    );
  });

  test("clients: a write, and a linearizable and a stale read side by side; the history is checked", async () => {
    const page = await playground("#nodes=3");
    await page.leader();
    const panel = await page.openPanel("Clients");
    await panel.getByRole("textbox", { name: "Value" }).fill("seven");
    await panel.getByRole("button", { name: "Put" }).click();
    await page.count(page.entries("x=seven", "committed"), 3);
    await panel.getByRole("button", { name: "Both reads" }).click();
    await page.eventually(
      () => panel.getByRole("table").innerText(),
      (text) => text.split("= seven").length === 4,
      "written and read twice",
    );
    await panel.getByRole("button", { name: "Is it linearizable?" }).click();
    await panel.getByText("Yes: one order").waitFor();
  });
});
