/** A file or directory, whatever it is called at the moment. */
export type NodeNumber = number;

/** What was done to a disk, in the order in which it was done. Reading changes nothing and is not told. */
export type DiskCall =
  | { readonly type: "create" | "make-directory"; readonly path: string; readonly node: NodeNumber }
  | { readonly type: "rename"; readonly path: string; readonly to: string; readonly node: NodeNumber }
  | { readonly type: "remove"; readonly path: string }
  | { readonly type: "sync-directory"; readonly path: string }
  | { readonly type: "write"; readonly node: NodeNumber; readonly offsetBytes: number; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly node: NodeNumber; readonly sizeBytes: number }
  | { readonly type: "sync"; readonly node: NodeNumber };

/** A call that changes what names a directory holds. */
export type NameCall = Extract<DiskCall, { readonly type: "create" | "make-directory" | "rename" | "remove" }>;

/** A call that changes what a file holds. */
export type ContentCall = Extract<DiskCall, { readonly type: "write" | "truncate" }>;

/** What is on a disk: the contents of files by path; directories hold undefined. */
export type DiskImage = ReadonlyMap<string, Uint8Array | undefined>;

/** The directory that holds a name; undefined for the top of a tree. */
export function holderOf(path: string): string | undefined {
  if (path === "/" || path === ".") return undefined;
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}

/** The file's content behind this call. */
export function contentAfter(content: Uint8Array, call: ContentCall): Uint8Array {
  if (call.type === "truncate") {
    const resized = new Uint8Array(call.sizeBytes);
    resized.set(content.subarray(0, call.sizeBytes));
    return resized;
  }
  const patched = new Uint8Array(Math.max(content.length, call.offsetBytes + call.bytes.length));
  patched.set(content);
  patched.set(call.bytes, call.offsetBytes);
  return patched;
}
