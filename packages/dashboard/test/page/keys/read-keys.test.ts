import { describe, expect, test } from "vitest";
import { type KeyQuestion, queryOf, readKeys } from "../../../src/page/keys/read-keys.ts";

const question = (changes: Partial<KeyQuestion> = {}): KeyQuestion => ({
  prefix: "users/",
  behind: undefined,
  consistency: "linearizable",
  limit: 20,
  ...changes,
});

describe("what is asked of the server", () => {
  test("is a prefix for the first page, and a range for the next", () => {
    expect(queryOf(question())).toBe("prefix=users%2F&limit=20&consistency=linearizable");
    expect(queryOf(question({ behind: "users/7" }))).toBe(
      "start=users%2F7%00&end=users0&limit=20&consistency=linearizable",
    );
    expect(queryOf(question({ prefix: "", behind: "z" }))).toBe("start=z%00&limit=20&consistency=linearizable");
  });

  test("has every character percent-encoded", () => {
    expect(queryOf(question({ prefix: "a b+ü&", consistency: "stale" }))).toBe(
      "prefix=a%20b%2B%C3%BC%26&limit=20&consistency=stale",
    );
  });
});

describe("what the server answers", () => {
  const answering =
    (body: unknown, status = 200) =>
    (): Promise<Response> =>
      Promise.resolve(Response.json(body, { status }));
  const row = { key: "users/1", value: "aGk=", createRevision: 3, modRevision: 4, version: 2 };

  test("is a page of keys", async () => {
    const fetch = answering({ revision: 9, kvs: [row], more: true });
    expect(await readKeys(fetch, "http://a", question())).toEqual({
      rows: [{ key: "users/1", value: "aGk=", modRevision: 4, version: 2 }],
      revision: 9,
      hasMore: true,
    });
  });

  test("is refused in its own words", async () => {
    const fetch = answering({ code: "NO_LEADER", detail: "nobody leads", remedy: "ask again" }, 503);
    await expect(readKeys(fetch, "http://a", question())).rejects.toMatchObject({
      name: "RequestError",
      message: "nobody leads",
      code: "NO_LEADER",
      remedy: "ask again",
    });
  });

  test("is none that the page knows", async () => {
    await expect(readKeys(answering({ kvs: "all" }), "http://a", question())).rejects.toThrow(/kvs/);
  });
});
