import { describe, expect, test } from "vitest";
import { type Action, perform, requestOf } from "../../../src/page/requests/action.ts";
import { requestJson } from "../../../src/page/requests/request.ts";

describe("an action", () => {
  const cases: readonly (readonly [Action, ReturnType<typeof requestOf>])[] = [
    [
      { type: "transfer", node: "n2" },
      { method: "POST", path: "transfer", body: { to: "n2" } },
    ],
    [
      { type: "promote", node: "n2" },
      { method: "POST", path: "members/n2/promote" },
    ],
    [
      { type: "demote", node: "n2" },
      { method: "POST", path: "members/n2/demote" },
    ],
    [
      { type: "remove", node: "a/b" },
      { method: "DELETE", path: "members/a%2Fb" },
    ],
    [
      { type: "add", node: "n4", address: "h:7", learner: true },
      { method: "POST", path: "members", body: { id: "n4", address: "h:7", learner: true } },
    ],
  ];
  test.each(cases)("%o is one request", (action, request) => expect(requestOf(action)).toEqual(request));

  test("is asked of one server, without what the browser knows of the reader", async () => {
    const asked: (readonly [string, RequestInit])[] = [];
    await perform(
      (url, init) => {
        asked.push([url, init]);
        return Promise.resolve(Response.json({}));
      },
      "http://a:1",
      { type: "transfer", node: "n2" },
    );
    expect(asked).toHaveLength(1);
    expect(asked[0]?.[0]).toBe("http://a:1/v1/cluster/transfer");
    expect(asked[0]?.[1]).toMatchObject({ method: "POST", body: '{"to":"n2"}', credentials: "omit" });
  });
});

describe("a request that fails", () => {
  const answer = (response: Response) => () => Promise.resolve(response);

  test("without an answer says so: it may have been done", async () => {
    const fetch = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));
    await expect(requestJson(fetch, "http://a")).rejects.toMatchObject({
      code: "NO_ANSWER",
      message: "Failed to fetch",
    });
  });

  test("with words has them, and without them the status", async () => {
    const titled = answer(Response.json({ title: "There is nothing here" }, { status: 404 }));
    await expect(requestJson(titled, "http://a")).rejects.toMatchObject({ message: "There is nothing here" });
    const empty = answer(Response.json(null, { status: 500 }));
    await expect(requestJson(empty, "http://a")).rejects.toMatchObject({ message: "the server answered 500" });
  });

  test.each([
    ["correct what detail names", undefined],
    ["ask for something else; detail says what is wrong", "ask for something else"],
    ["wait, then ask again", "wait, then ask again"],
  ])("with the remedy %j names no field of the answer", async (remedy, shown) => {
    const refused = answer(Response.json({ detail: "no", remedy }, { status: 409 }));
    await expect(requestJson(refused, "http://a")).rejects.toMatchObject({ message: "no", remedy: shown });
  });

  test("with what is no JSON is a failure, too", async () => {
    const page = answer(new Response("<html>", { status: 502 }));
    await expect(requestJson(page, "http://a")).rejects.toThrow("the server answered 502, but not in JSON");
  });
});
