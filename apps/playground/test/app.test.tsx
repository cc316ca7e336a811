// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { App } from "../src/app.tsx";
import { leaderIn } from "../src/state/leader-in.ts";
import { AppState } from "../src/state/app-state.ts";
import { cutOrHeal, turnLink } from "../src/state/deeds.ts";
import { openFragment } from "../src/state/open-address.ts";
import { openSettings } from "../src/state/settings.ts";
import { World } from "../src/state/world.ts";

let app: AppState;
let page: HTMLElement;

const find = (selector: string): HTMLElement => {
  const found = page.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`nothing is ${selector}`);
  return found;
};
const textOf = (selector: string): string => find(selector).textContent.trim();

/** Does something, and lets everything that follows from it come about: promises, modules, the page. */
async function follow(action: () => unknown): Promise<void> {
  await act(async () => void (await action()));
  await vi.waitFor(() => expect(page.querySelector(".loading")).toBeNull());
}

const click = (selector: string) => follow(() => find(selector).click());
const press = (key: string) =>
  follow(() => void document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })));

beforeEach(async () => {
  localStorage.clear();
  document.body.replaceChildren();
  page = document.createElement("div");
  document.body.append(page);
  app = new AppState(openSettings(), await World.open({ seed: "1", nodes: 3 }));
  await app.world.peek().advance(1_000);
  await act(() => render(<App app={app} />, page));
});

afterEach(() => {
  app.player.pause();
  void act(() => render(null, page));
});

describe("the page", () => {
  test("greets, and opens a node when it is selected", async () => {
    expect(textOf(".welcome h2")).toBe("A cluster has just started");
    await follow(() => void find('[data-node="n2"]').dispatchEvent(new MouseEvent("click", { bubbles: true })));
    expect(textOf(".facts-role")).toMatch(/^n2 · (?:leader|follower)$/);
    expect(textOf(".why-facts li")).toContain("n2");
  });

  test.each(["lesson", "cluster", "clients", "rules", "break"] as const)("has the panel %s", async (name) => {
    await click(`#tab-${name}`);
    expect(find(".panel").dataset["panel"]).toBe(name);
    expect(find(`#tab-${name}`).getAttribute("aria-selected")).toBe("true");
    expect(textOf(".panel").length).toBeGreaterThan(40);
  });

  test("a proposal goes by way of the leader into all logs", async () => {
    await press("v");
    await vi.waitFor(() => expect(app.calls.peek()).toHaveLength(1));
    await follow(() => app.world.peek().advance(300));
    await vi.waitFor(() => expect(app.calls.peek()[0]?.state).toBe("done"));
    const texts = [...page.querySelectorAll(".log-entry-text")].filter((text) => text.textContent === "x=1");
    expect(texts).toHaveLength(3);
  });

  test("a proposal that comes to nothing says so: nobody leads yet", async () => {
    const world = await World.open({ seed: "1", nodes: 3 });
    await act(() => app.replace(world));
    expect(world.leader).toBeUndefined();
    await press("v");
    await vi.waitFor(() => expect(app.calls.peek()).toHaveLength(1));
    await follow(() => world.advance(5));
    await vi.waitFor(() => expect(textOf(".notice")).toContain("nobody leads, so n1 has refused it"));
    expect(app.calls.peek()[0]).toMatchObject({ state: "refused", code: "NO_LEADER" });
  });

  test("keys act on the selected node: kill, restart, pause, resume", async () => {
    const condition = () => app.view.peek().nodes[2]?.condition;
    await press("3");
    for (const [key, becomes] of [
      ["k", "down"],
      ["k", "up"],
      ["z", "paused"],
      ["z", "up"],
    ] as const) {
      await press(key);
      await vi.waitFor(() =>
        expect(condition() === becomes || (becomes === "up" && condition() !== "down")).toBe(true),
      );
      await follow(() => app.world.peek().advance(100));
      await vi.waitFor(() => expect(condition()).toBe(becomes));
    }
  });

  test("what cannot be done is said in words", async () => {
    await follow(() => app.act({ type: "restart", node: "n1" }));
    await vi.waitFor(() => expect(textOf(".notice")).toContain("n1 is running already."));
    await click(".notice button");
    expect(page.querySelector(".notice")).toBeNull();
  });

  test("a link that is cut can be healed in one go", async () => {
    await follow(() => cutOrHeal(app, [{ a: "n1", b: "n2" }]));
    await vi.waitFor(() => expect(app.view.peek().cuts).toHaveLength(2));
    await follow(() => cutOrHeal(app, [{ a: "n1", b: "n2" }]));
    await vi.waitFor(() => expect(app.view.peek().cuts).toHaveLength(0));
  });

  test("a link that is clicked is cut in one direction, in the other, in both, and whole again", async () => {
    const cuts = () => app.view.peek().cuts.map(({ from, to }) => `${from}${to}`);
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await follow(() => turnLink(app, { a: "n1", b: "n2" }));
      seen.push(cuts().toSorted().join(" "));
    }
    expect(seen).toEqual(["n1n2", "n2n1", "n1n2 n2n1", ""]);
  });

  test("speaks Chinese, keeps it, and is dark when asked", async () => {
    await click('button[lang="zh"]');
    await vi.waitFor(() => expect(textOf(".welcome h2")).toBe("一个集群刚刚启动"));
    expect(document.documentElement.lang).toBe("zh");
    await click('button[aria-label="主题：跟随系统"]');
    await click('button[aria-label="主题：浅色"]');
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    expect(openSettings().language.peek()).toBe("zh");
  });

  test("a size of the cluster is chosen by a button", async () => {
    const seven = [...page.querySelectorAll<HTMLElement>(".choice button")].find(
      (button) => button.textContent === "7",
    );
    await follow(() => seven?.click());
    await vi.waitFor(() => expect(page.querySelectorAll("[data-node]")).toHaveLength(7));
    expect(seven?.getAttribute("aria-pressed")).toBe("true");
  });

  test("the time line goes back, and says so", async () => {
    await follow(() => app.seek(200));
    expect(app.nowMs.peek()).toBe(200);
    expect(textOf(".clock-past")).toContain("the past");
    await vi.waitFor(() => expect(app.world.peek().session()?.step).toBeGreaterThan(0));
    expect(leaderIn(app.view.peek())).toBeUndefined();
  });

  test("a situation is a link and a test, and a violation is named", async () => {
    await press("s");
    await vi.waitFor(() => expect(page.querySelectorAll("dialog textarea")).toHaveLength(3));
    const [link, file] = [...page.querySelectorAll("textarea")];
    await vi.waitFor(() => expect(link?.value).toMatch(/#session=1\.[\w-]+$/));
    expect(file?.value).toContain('import { Lab } from "@quorate/cluster-lab";');
  });

  test("help has every key", async () => {
    await press("?");
    await vi.waitFor(() => expect(page.querySelectorAll("dialog kbd").length).toBeGreaterThan(12));
  });
});

describe("a lesson", () => {
  test("waits for the reader, does it for the reader, and goes back a step", async () => {
    await follow(() => app.openLesson("replication"));
    await vi.waitFor(() => expect(textOf(".lesson h2")).toBe("Replication and commit"));
    const step = () => textOf(".lesson-position");
    const toNext = async (): Promise<void> => {
      const next = () => find('[data-part="lesson-next"]');
      for (let tick = 0; tick < 400 && next().hasAttribute("disabled"); tick += 1) {
        await follow(() => app.world.peek().advance(10));
      }
      await follow(() => next().click());
    };
    expect(step()).toBe("1 of 13");
    expect(find('[data-part="lesson-next"]').hasAttribute("disabled")).toBe(true);
    await toNext();
    expect(step()).toBe("2 of 13");
    expect(textOf(".lesson-text")).toContain(`${leaderIn(app.view.peek())?.id} leads`);
    await click('[data-part="lesson-ask"]');
    await toNext();
    expect(step()).toBe("3 of 13");
    expect(document.documentElement.dataset["highlights"]).toBe("logs");
    await follow(() => app.lesson.peek()?.back());
    await vi.waitFor(() => expect(step()).toBe("2 of 13"));
    await click(".lesson-head button");
    expect(page.querySelectorAll(".lessons li").length).toBeGreaterThan(1);
    expect(document.documentElement.dataset["highlights"]).toBe("");
  });

  test("one that does not exist, in an address, is told in words", async () => {
    await follow(() => openFragment(app, "#lesson=figure-9"));
    await vi.waitFor(() => expect(textOf(".notice")).toContain('there is no lesson "figure-9"'));
    expect(page.querySelectorAll(".lessons li").length).toBeGreaterThan(1);
    await follow(() => openFragment(app, "#lesson=figure-8"));
    expect(app.lesson.peek()?.lesson.id).toBe("figure-8");
    await vi.waitFor(() => expect(textOf(".lesson-text")).toContain("x=2.1 is the entry of index 2 and term 1"));
  });

  test("one that does not exist leaves the list", async () => {
    await follow(() => app.openLesson("nonsense"));
    await vi.waitFor(() => expect(page.querySelectorAll(".lessons li").length).toBeGreaterThan(1));
  });
});
