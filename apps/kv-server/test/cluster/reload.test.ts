import { setImmediate as turn } from "node:timers/promises";
import type { LogFields } from "@quorate/raft-core";
import { silentLogger } from "@quorate/raft-core";
import type { Credentials } from "@quorate/transport-ws";
import { WsTransport } from "@quorate/transport-ws";
import { expect, test } from "vitest";
import { PeerPort } from "../../src/cluster/peer-port.ts";
import { resolveConfig } from "../../src/config/config.ts";
import { listen, stopListening } from "../../src/http/listener.ts";
import { until } from "../processes/until.ts";

const [first, second, third] = ["the first secret of all", "the second secret of all", "the third secret of all"];
const flags = { id: "n1", data: "unused", peerSecretFile: "unused" };
const config = resolveConfig({ flags, environment: {} });

/** A port whose files are what a test says, and are read when it says so. */
async function openPort() {
  const held: ((credentials: Credentials) => void)[] = [];
  let isHeld = false;
  const errors: (LogFields | undefined)[] = [];
  const read = (): Promise<Credentials> => {
    if (!isHeld) return Promise.resolve({ secrets: [first] });
    const { promise, resolve } = Promise.withResolvers<Credentials>();
    held.push(resolve);
    return promise;
  };
  const logger = { ...silentLogger, error: (_: string, fields?: LogFields) => void errors.push(fields) };
  const port = await PeerPort.open({ config, logger, read });
  isHeld = true;
  const transport = await port.openTransport("c");
  transport.start({ receive: () => undefined, unreachable: () => undefined });
  const { port: number } = await listen(port.server, { host: "127.0.0.1", port: 0 });
  const close = async (): Promise<void> => {
    await transport.close();
    await stopListening(port.server, 0);
  };
  return { port, held, errors, member: { id: "n1", address: `127.0.0.1:${number}` }, [Symbol.asyncDispose]: close };
}

/** Whether somebody who proves this secret is let in. */
async function isLetIn(secret: string, member: { id: string; address: string }): Promise<boolean> {
  const place = { id: "n2", clusterId: "c", listen: { host: "127.0.0.1", port: 0 } };
  await using peer = await WsTransport.open({ ...place, secrets: [secret] });
  return await peer.openStream(member).then(
    (stream) => stream.destroy() && true,
    () => false,
  );
}

test("files are read one time after the other, as often as it takes, and what is read last counts", async () => {
  await using opened = await openPort();
  const { port, held, errors, member } = opened;
  const readings = [port.reload(), port.reload(), port.reload(), port.reload()];
  await until("a reading", () => held.length > 0);
  const further = port.reload();
  await turn();
  // Were they read at the same time, the one that ends last would count, whatever it has read.
  expect(held).toHaveLength(1);
  held[0]?.({ secrets: [second] });
  await until("a further reading", () => held.length > 1);
  held[1]?.({ secrets: [third] });
  await Promise.all([...readings, further]);
  expect(held).toHaveLength(2);
  expect(errors).toEqual([]);
  expect([await isLetIn(second, member), await isLetIn(third, member)]).toEqual([false, true]);
  const again = port.reload();
  await until("a reading of its own", () => held.length > 2);
  held[2]?.({ secrets: ["short"] });
  await again;
  expect(errors).toHaveLength(1);
  expect(await isLetIn(third, member)).toBe(true);
});
