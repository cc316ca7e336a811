import { expect, test } from "vitest";
import { KnownOrigins } from "../../src/watch/known-origins.ts";

test("known are the pages of this node and of members that have said where they are", () => {
  let members = ["n1", "n2"];
  const origins = new KnownOrigins({ own: () => "http://127.0.0.1:8001", members: () => members });
  for (const name of ["127.0.0.1", "localhost"]) expect(origins.has(`http://${name}:8001`)).toBe(true);
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

test("a program at the same port of the other family of addresses is nobody's page", () => {
  const of = (own: string): KnownOrigins => new KnownOrigins({ own: () => own, members: () => [] });
  const names = ["127.0.0.1", "[::1]", "localhost"];
  const trusted = (own: string) => names.filter((name) => of(`http://${own}:8001`).has(`http://${name}:8001`));
  expect(trusted("127.0.0.1")).toEqual(["127.0.0.1", "localhost"]);
  expect(trusted("[::1]")).toEqual(["[::1]", "localhost"]);
  expect(trusted("localhost")).toEqual(names);
});

test("what would be another rule of the page's policy is no place of a member's", () => {
  const origins = new KnownOrigins({ own: () => "http://127.0.0.1:8001", members: () => ["n2"] });
  for (const url of ["http://n2;script-src", "http://n2,x:80", "http://*:80", "http://n'2"]) origins.learn("n2", url);
  expect(origins.others).toEqual([]);
  origins.learn("n2", "http://[2001:db8::1]:8002/");
  expect(origins.others).toEqual(["http://[2001:db8::1]:8002"]);
});
