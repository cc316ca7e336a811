/** What the other side sent is not of this protocol. Its connection is closed; no other is touched. */
export class Malformed extends Error {
  override readonly name: string = "Malformed";
}

/** A request whose id and time are right, but not what is asked: it can be refused, and its connection goes on. */
export class MalformedRequest extends Malformed {
  override readonly name = "MalformedRequest";
  readonly id: number;

  constructor(id: number, message: string) {
    super(message);
    this.id = id;
  }
}
