/** What the other side sent is not of this protocol. Its connection is closed; no other is touched. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}
