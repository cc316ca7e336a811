/** What a network does to the messages from one node to another. */
export interface LinkTraits {
  readonly delayMsMin: number;
  /** On top of the minimum, exponentially distributed. */
  readonly delayMsMean: number;
  readonly dropRate: number;
  readonly duplicateRate: number;
  /** A copy takes up to this long: some arrive terms later. */
  readonly duplicateDelayMsMax: number;
  /** Messages arrive as they were sent; else as their delays have it. */
  readonly ordered: boolean;
}

/** The way from one node to another, as it is now. */
export class Link {
  /** As it is when nothing is the matter with it. */
  readonly usual: LinkTraits;
  traits: LinkTraits;
  /** How many faults cut it at the moment. */
  cuts = 0;
  /** Until then nothing arrives; then everything at once. */
  cloggedUntilMs = 0;
  /** Rises when the connection breaks: what is under way then is lost. */
  connection = 0;
  /** How many messages are under way. */
  underWay = 0;
  /** As many as there may be: what is sent now is dropped. */
  isFull = false;
  lastDueMs = 0;

  constructor(traits: LinkTraits) {
    this.usual = traits;
    this.traits = traits;
  }

  get isCut(): boolean {
    return this.cuts > 0;
  }
}
