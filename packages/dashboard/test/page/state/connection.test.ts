import { beforeEach, describe, expect, test } from "vitest";
import { Connection } from "../../../src/page/state/connection.ts";
import { FakeStreams } from "../support/streams.ts";

const [home, second, third] = ["http://a", "http://b", "http://c"] as const;

let streams: FakeStreams;
let connection: Connection;
let nowMs: number;
let heard: string[];
let lost: string[];

const state = () => connection.state.peek();

/** Lets time pass as the page does, while each of `talking` says something at every tick. */
function pass(ms: number, ...talking: readonly string[]): void {
  for (const endMs = nowMs + ms; nowMs < endMs;) {
    nowMs += 100;
    for (const origin of talking) if (streams.current.includes(origin)) streams.say(origin, "tick");
    connection.tick();
  }
}

beforeEach(() => {
  streams = new FakeStreams();
  nowMs = 10_000;
  heard = [];
  lost = [];
  connection = new Connection({
    home,
    openStream: streams.open,
    nowMs: () => nowMs,
    random: () => 1,
    onMessage: (data) => heard.push(data),
    onLost: (origin) => lost.push(origin),
  });
});

describe("a connection", () => {
  test("listens to who served the page, and is live with the first message", () => {
    expect(streams.current).toEqual([home]);
    expect(state()).toEqual({ type: "connecting" });
    streams.say(home, "hello");
    expect(heard).toEqual(["hello"]);
    expect(state()).toEqual({ type: "live", origin: home });
  });

  test("goes to the next at once when the stream breaks, without waiting for a tick", () => {
    streams.say(home, "hello");
    connection.know([second, third], true);
    streams.fail(home);
    expect(lost).toEqual([home]);
    expect(streams.current).toEqual([second]);
    streams.fail(second);
    expect(lost).toEqual([home]);
    expect(streams.current).toEqual([third]);
    streams.say(third, "hello");
    expect(state()).toEqual({ type: "live", origin: third });
  });

  test("leaves a server that is connected and says nothing for a second", () => {
    streams.say(home, "hello");
    connection.know([second], true);
    pass(3000, home);
    expect(streams.current).toEqual([home]);
    pass(1000);
    expect(lost).toEqual([]);
    pass(100);
    expect(lost).toEqual([home]);
    expect(streams.current).toEqual([second]);
  });

  test("gives up on a server that accepts and never begins", () => {
    connection.know([second], false);
    pass(2000);
    expect(streams.current).toEqual([home]);
    pass(100);
    expect(streams.current).toEqual([second]);
    expect(lost).toEqual([]);
  });

  test("says since when nobody answers, and asks all of them again with longer pauses", () => {
    streams.say(home, "hello");
    connection.know([second], true);
    streams.fail(home);
    streams.fail(second);
    const sinceMs = nowMs;
    expect(state()).toEqual({ type: "lost", sinceMs });
    expect(streams.current).toEqual([]);
    pass(400);
    expect(streams.current).toEqual([]);
    pass(100);
    expect(streams.current).toEqual([home]);
    streams.fail(home);
    streams.fail(second);
    pass(900);
    expect(streams.current).toEqual([]);
    pass(100);
    expect(streams.current).toEqual([home]);
    expect(state()).toEqual({ type: "lost", sinceMs });
    streams.fail(home);
    streams.say(second, "hello");
    expect(state()).toEqual({ type: "live", origin: second });
    streams.fail(second);
    streams.fail(home);
    pass(500);
    expect(streams.current).toEqual([home]);
  });

  test("goes home when home has been heard for a while through another", () => {
    streams.say(home, "hello");
    connection.know([second], true);
    streams.fail(home);
    streams.say(second, "hello");
    connection.know([second], false);
    pass(5000, second);
    expect(streams.current).toEqual([second]);
    connection.know([second], true);
    pass(2900, second);
    expect(streams.current).toEqual([second]);
    pass(200, second);
    expect(streams.current).toEqual([home]);
    expect(lost).toEqual([home]);
  });

  test("a page that slept says nothing of servers: it hears them again first", () => {
    streams.say(home, "hello");
    connection.know([second], true);
    nowMs += 60_000;
    connection.tick();
    expect(streams.current).toEqual([home]);
    pass(1100);
    expect(streams.current).toEqual([second]);
  });

  test("closed, it listens to nobody any more", () => {
    connection.close();
    pass(10_000);
    expect(streams.current).toEqual([]);
    expect(streams.opened).toEqual([home]);
  });
});
