/** An event of a WebSocket, as far as it matters here. */
export interface SocketEvent {
  readonly type: string;
  /** Of a message. */
  readonly data?: unknown;
  /** Of an error, where the platform tells it. */
  readonly message?: string;
  /** Of the end. */
  readonly code?: number;
  readonly reason?: string;
}

/** A WebSocket: a browser's, Node's own, or that of the package `ws`. */
export interface WebSocketLike {
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  /** Ends it without a word, where that can be done: that of `ws` can. */
  terminate?(): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: SocketEvent) => void): void;
}

/** Begins to connect. May throw, like the constructor of a WebSocket. */
export type Dial = (url: string, subprotocol: string) => WebSocketLike;

export type WebSocketConstructor = new (url: string, subprotocol: string) => WebSocketLike;
