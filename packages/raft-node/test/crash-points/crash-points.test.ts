import { createHash } from "node:crypto";
import { type Logger, silentLogger } from "@quorate/raft-core";
import { type DiskImage, MemoryFileSystem, crashImages, durableImage } from "@quorate/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { expectLifeGoesOn } from "./life-goes-on.ts";
import { type Content, allowedAfter, contentOf, shown } from "./model.ts";
import { type RecordedLife, openDisk, recordLife } from "./recorded-life.ts";

/** So seldom is the log that a crash has left written on, and opened once more. */
const WRITE_ON_EVERY = 16;

/** A disk that a crash has left, and what was found on it. */
interface Found {
  readonly image: DiskImage;
  readonly content: Content;
}

function digestOf(image: DiskImage): string {
  const hash = createHash("sha1");
  for (const [path, content] of image) {
    hash.update(`${path}\0${content?.length}\0`);
    if (content !== undefined) hash.update(content);
  }
  return hash.digest("base64");
}

async function contentIn(fileSystem: MemoryFileSystem, logger?: Logger): Promise<Content> {
  await using disk = await openDisk(fileSystem, logger);
  return await contentOf(disk);
}

/** What is acknowledged behind a crash survives the next one as well, and nothing of what was cut off comes back. */
async function expectToBeWrittenOn(image: DiskImage, content: Content): Promise<void> {
  const fileSystem = new MemoryFileSystem(image);
  {
    await using disk = await openDisk(fileSystem);
    await disk.storage.append({ hardState: { ...content.hardState, term: 99 }, entries: [] });
  }
  const now = await contentIn(new MemoryFileSystem(durableImage(image, fileSystem.calls)));
  expect(shown(now)).toBe(shown({ ...content, hardState: { ...content.hardState, term: 99 } }));
}

describe("F09 F10 F11 F12 F13 S18 N10 P40 P45: a loss of power after any call to the file system", () => {
  let life: RecordedLife;
  let images = 0;
  /** One disk for each content, and for each call after which it was found. */
  const found = new Map<string, Found>();

  beforeAll(async () => {
    life = await recordLife();
  });

  test("leaves what was acknowledged, and of the rest nothing or a whole part", { timeout: 300_000 }, async () => {
    const allowed = allowedAfter.map((contents) => new Set(contents.map(shown)));
    const known = new Map<string, string>();
    for (const { callCount, image } of crashImages(new Map(), life.calls)) {
      images += 1;
      const digest = digestOf(image);
      let content = known.get(digest);
      if (content === undefined) {
        const read = await contentIn(new MemoryFileSystem(image));
        content = shown(read);
        known.set(digest, content);
        if (!found.has(`${callCount} ${content}`)) found.set(`${callCount} ${content}`, { image, content: read });
        if (known.size % WRITE_ON_EVERY === 0) await expectToBeWrittenOn(image, read);
      }
      expect(allowed[life.stepsDone(callCount)], `after call ${callCount}`).toContain(content);
    }
    console.info(
      `${life.calls.length + 1} crash points, ${images} disks that a crash may leave, ${known.size} different`,
    );
    expect(images).toBeGreaterThan(20_000);
  });

  test("leaves a disk on which a node keeps all its promises", { timeout: 300_000 }, async () => {
    const contents = new Map([...found.values()].map((each) => [shown(each.content), each]));
    for (const { image, content } of contents.values()) {
      await expectLifeGoesOn(await openDisk(new MemoryFileSystem(image)), content);
    }
    console.info(`${contents.size} different contents, and a node on each`);
    expect(contents.size).toBeGreaterThan(40);
  });

  test(
    "F27: that comes again while the disk is opened, changes nothing of what is found",
    { timeout: 300_000 },
    async () => {
      let again = 0;
      for (const { image, content } of found.values()) {
        const recovering = new MemoryFileSystem(image);
        await contentIn(recovering, silentLogger);
        for (const crashed of crashImages(image, recovering.calls)) {
          again += 1;
          expect(shown(await contentIn(new MemoryFileSystem(crashed.image)))).toBe(shown(content));
        }
      }
      console.info(`${again} disks that a crash during recovery may leave, of ${found.size} recoveries`);
      expect(again).toBeGreaterThan(1_000);
    },
  );
});
