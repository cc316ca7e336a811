import { type Mutation, faultsOf } from "./mutation.ts";

/** Links: who is let in, which connection counts, what others can make this node hold. */
export const transportWs: readonly Mutation[] = faultsOf("transport-ws", [
  {
    file: "secret.ts",
    old: "`quorate-raft ${side}\\n`",
    new: "`quorate-raft\\n`",
    breaks: "a proof that is sent back to whom it came from proves the other side (W19)",
  },
  {
    file: "secret.ts",
    old: "new Uint8Array(randomBytes(NONCE_BYTES))",
    new: "new Uint8Array(randomBytes(NONCE_BYTES).fill(0))",
    breaks: "a recorded handshake is as good as a new one (W19)",
  },
  {
    file: "secret.ts",
    old: "hmac.update(length).update(said);",
    new: "hmac.update(said);",
    breaks: "what was said can be moved from one word to the next (W10)",
  },
  {
    file: "answering.ts",
    old: "if (secrets.length === 0) return",
    new: "if (!hello.nonce) return",
    breaks: "who gives no nonce need not prove the secret (W10)",
  },
  {
    file: "answering.ts",
    old: "if (secret === undefined) return",
    new: "if (secret === undefined && mac.length === 0) return",
    breaks: "who knows no secret proves that (W10)",
  },
  {
    file: "answering.ts",
    old: "!certified.includes(from)",
    new: "certified.length === 0",
    breaks: "a node passes for another with its own certificate (W11)",
  },
  {
    file: "dialling.ts",
    old: "if (!mac || !this.#challenge) return false;",
    new: "if (!mac || !this.#challenge) return true;",
    breaks: "a node speaks to one that has proved nothing (W10)",
  },
  {
    file: "dialling.ts",
    old: "[this.hello, this.#challenge, versionBytes(version)]",
    new: "[this.hello, this.#challenge]",
    breaks: "the two sides prove different things: nobody is let in (W10)",
  },
  {
    file: "tls.ts",
    old: "if (names.includes(peer)) return undefined;",
    new: "if (names.length > 0) return undefined;",
    breaks: "any node of the authority is taken for the one that was dialled (W20)",
  },
  {
    file: "tls.ts",
    old: "rejectUnauthorized: mutual,",
    new: "rejectUnauthorized: false,",
    breaks: "who shows no certificate, or a wrong one, is served (W20)",
  },
  {
    file: "tls.ts",
    old: "...(crl === undefined ? {} : { crl })",
    new: "",
    breaks: "a certificate that was revoked is believed (W20)",
  },
  {
    file: "listener.ts",
    old: "if (tls && !isEncrypted(request)) return",
    new: "if (tls && !tls) return",
    breaks: "plain text comes in where there is to be TLS (W10)",
  },
  {
    file: "silent-connections.ts",
    old: "if (!oldest || this.#silent.size <= SILENT_MAX) return;",
    new: "if (oldest !== undefined) return;",
    breaks: "connections that say nothing pile up (W17)",
  },
  {
    file: "inbounds.ts",
    old: "if (older.hello.epoch < hello.epoch) return undefined;",
    new: "if (older.hello.epoch >= 0) return undefined;",
    breaks: "a connection that was overtaken takes the place of the newer one (P54)",
  },
  {
    file: "inbounds.ts",
    old: "if (older.hello.instance !== hello.instance) return this.#rivalOf(older, hello);",
    new: "if (older.hello.instance !== hello.instance) return undefined;",
    breaks: "two processes of one id push each other out, for ever (W11)",
  },
  {
    file: "inbounds.ts",
    old: "if (!isAlive && !isOpen)",
    new: "if (!isOpen && !older.connected)",
    breaks: "a machine that died without a word keeps out the one that takes its place (W17)",
  },
  {
    file: "inbounds.ts",
    old: "const [oldest] = this.#pending;",
    new: "const oldest = [...this.#pending].at(-1);",
    breaks: "idle connections keep every peer out (W17)",
  },
  {
    file: "inbound.ts",
    old: 'if (this.#isJudged) throw new Malformed("more than a handshake before it was answered");',
    new: "",
    breaks: "who waits to be let in can begin again, with another hello (W10)",
  },
  {
    file: "ws-transport.ts",
    old: "else if (inbound && link.isIdle) inbound.sendInstead(encoded);",
    new: "",
    breaks: "a majority that has moved at once elects nobody",
  },
  {
    file: "ws-transport.ts",
    old: "if (!this.#inbounds.of(peer)) this.#received(peer, message);",
    new: "this.#received(peer, message);",
    breaks: "messages arrive out of order where a node is answered on two connections (P54)",
  },
  {
    file: "ws-transport.ts",
    old: "    this.#listener?.setCredentials(credentials);\n",
    new: "",
    breaks: "a certificate that was replaced is shown until the process ends",
  },
  {
    file: "ws-transport.ts",
    old: "this.#removed.add(id);",
    new: "this.#removed.delete(id);",
    breaks: "a node that was removed is not told (W12)",
  },
  {
    file: "stream-words.ts",
    old: '    if (end > WORD_BYTES_MAX) throw new Malformed("a handshake that is too long");\n',
    new: "",
    breaks: "a stream is waited for that says it will say a lot (W18)",
  },
  {
    file: "connection.ts",
    old: "this.#trim(this.isOpen ? bytesMax - this.socket.bufferedAmount : dialOutboxBytesMax);",
    new: "this.#trim(this.isOpen ? this.#context.limits.outboxBytesMax : dialOutboxBytesMax);",
    breaks: "what waits for a peer that does not read has no limit but that of another way (W18)",
  },
]);
