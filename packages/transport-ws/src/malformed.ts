/** What a peer sent is none of what it may send. Its connection ends; the message is for its log and for ours. */
export class Malformed extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "Malformed";
  }
}
