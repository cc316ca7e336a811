import imported from "sorted-btree";

/**
 * The copy-on-write B+ tree: `clone` takes constant time, and a write to either tree then copies only the nodes on its
 * way. The package is CommonJS, of which Node imports the whole as `default`, and some bundlers the default export.
 */
const Tree: typeof imported.default = typeof imported === "function" ? imported : imported.default;

export type BTree<K, V> = InstanceType<typeof imported.default<K, V>>;

export function newBTree<V>(): BTree<string, V> {
  return new Tree<string, V>(undefined, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
