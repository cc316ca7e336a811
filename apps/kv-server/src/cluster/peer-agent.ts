import { Agent } from "node:http";
import { Duplex } from "node:stream";

/** Has requests made on connections of somebody else's making: they are under the protection of those, whatever the URL says. */
export class PeerAgent extends Agent {
  readonly #connect: () => Promise<Duplex>;

  constructor(connect: () => Promise<Duplex>) {
    super();
    this.#connect = connect;
  }

  override createConnection(_options: object, done?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#connect().then(
      (stream) => {
        done?.(null, stream);
        // It comes paused, and what was paused does not flow by itself when somebody begins to listen.
        stream.resume();
      },
      (error: unknown) => {
        // Beside an error the stream does not count.
        done?.(error instanceof Error ? error : new Error(String(error)), new Duplex().destroy());
      },
    );
  }
}
