/** Where everything is within the network that a run makes for itself. Node numbers count from 1. */

export const prefixLength = 16;
export const hubAddress = "10.77.0.1";
export const peerPort = 7000;
export const clientPort = 8000;

/** Of a node, in the network namespace of its own. */
export function nodeAddress(number: number): string {
  return `10.77.0.${10 + number}`;
}

/** Of the links between two nodes, whoever is named first: all packets between them pass here. */
export function pairAddress(a: number, b: number): string {
  return `10.77.1.${10 * Math.min(a, b) + Math.max(a, b)}`;
}

/** Where, at the pair's address, a node finds the link to the other one. */
export function linkPort(from: number, to: number): number {
  return from < to ? 7001 : 7002;
}

export function numberOf(id: string): number {
  return Number(id.slice(1));
}
