import type { Member, Message, NodeId, Transport, TransportHandler } from "@quorate/raft-core";

/** A transport whose peers are played by the test. */
export class PlayedTransport implements Transport {
  readonly sent: { readonly to: NodeId; readonly message: Message }[] = [];
  readonly members: (readonly Member[])[] = [];
  handler: TransportHandler | undefined;
  closes = 0;
  onSend: (to: NodeId, message: Message) => void = () => undefined;

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  setMembers(members: readonly Member[]): void {
    this.members.push(members);
  }

  send(to: NodeId, message: Message): void {
    this.sent.push({ to, message });
    this.onSend(to, message);
  }

  close(): Promise<void> {
    this.closes += 1;
    return Promise.resolve();
  }
}
