import { expect, test } from "vitest";
import { KnownOrigins } from "../../src/watch/known-origins.ts";

test("known are the pages of this node and of members that have said where they are", () => {
  let members = ["n1", "n2"];
  const origins = new KnownOrigins({ own: () => "http://127.0.0.1:8001", members: () => members });
  for (const name of ["127.0.0.1", "localhost", "[::1]"]) expect(origins.has(`http://${name}:8001`)).toBe(true);
  for (const url of ["http://localhost:8002", "https://localhost:8001", "http://localhost", "null", ""]) {
    expect(origins.has(url)).toBe(false);
  }
  origins.learn("n2", "https://n2.example/path");
  origins.learn("n3", "https://n3.example");
  origins.learn("n2", "file:///etc/passwd");
  origins.learn("n2", "nonsense");
  expect(origins.others).toEqual(["https://n2.example"]);
  expect([origins.has("https://n2.example"), origins.has("https://n3.example")]).toEqual([true, false]);
  expect([origins.isKnown("n2"), origins.isKnown("n3")]).toEqual([true, false]);
  members = ["n1"];
  expect(origins.has("https://n2.example")).toBe(false);
});
