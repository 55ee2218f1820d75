import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { edgesOf } from '../../src/map/tiles/edges';
import { pictureSheet } from '../../src/map/tiles/painting';

/** Pictures, or their heads, of 300 × 200 pixels. */
const PICTURES = {
  jpeg:
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4n' +
    'ICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIy' +
    'MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCADIASwDASIAAhEBAxEB',
  'webp with losses': 'UklGRrwAAABXRUJQVlA4ILAAAACwEACdASosAcgAPm02mUmkIyKhIA==',
  'webp without losses': 'UklGRiQAAABXRUJQVlA4TBgAAAAvK8ExAAdQvCbUo/8BAEX6/58i+p/6/zU=',
  'webp with more than a picture': 'UklGRs4AAABXRUJQVlA4WAoAAAAIAAAAKwEAxwAAVlA4IJoAAABwEA==',
  avif:
    'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGlj' +
    'dAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAATwAAAChp' +
    'aW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAA' +
    'AAABLAAAAMgAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1h' +
    'AAAAAAAAAAEAAQQBAoMEAAAAV21kYXQSAAoKGCHleO0QENBoQDI/ETHh4ZlAgggnlAAAAMIRaNaU+eHfRAoS' +
    'aC5ICRYfafVE/4fhXyYh3oSiyy9jXRjYyrEv1Nx1yoUeDtTN1Zfs',
};

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const head = new DataView(new ArrayBuffer(33));
  [0x89504e47, 0x0d0a1a0a, 13, 0x49484452, width, height].forEach((word, at) =>
    head.setUint32(4 * at, word),
  );
  return new Uint8Array(head.buffer);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each(Object.entries(PICTURES))('%s tells its edges in its head', (_, picture) => {
  expect(edgesOf(bytesOf(picture))).toEqual([300, 200]);
  expect(edgesOf(bytesOf(picture).slice(0, 20))).toBeNull();
});

test('png tells its edges in its head', () => {
  expect(edgesOf(png(300, 200))).toEqual([300, 200]);
});

test('a frame cannot be hidden behind a marker without a length', () => {
  const sound = bytesOf(PICTURES.jpeg);
  const frame = [0xff, 0xc0, 0, 17, 8];
  const hiding = new Uint8Array(70_000);
  hiding.set([0xff, 0xd8, 0xff, 0xd0, ...frame, 0xff, 0xff, 0xff, 0xff]);
  hiding.set([...frame, 0, 9, 0, 9], 4 + 0xffc0); // what the frame's marker leads to as a length
  expect(edgesOf(hiding)).toBeNull();
  expect(edgesOf(Uint8Array.from([0xff, 0xd8, 0xff, ...sound.slice(2)]))).toEqual([300, 200]);
});

test('whatever the bytes are, it says edges or nothing', () => {
  const heads = Object.values(PICTURES).map((one) => bytesOf(one));
  fc.assert(
    fc.property(fc.constantFrom(...heads), fc.nat(60), fc.uint8Array(), (head, at, bytes) => {
      const edges = edgesOf(Uint8Array.from([...head.slice(0, at), ...bytes]));
      expect(edges?.length ?? 2).toBe(2);
    }),
  );
});

test('a picture larger than any tile is not decoded', async () => {
  const decode = vi.fn(() => Promise.resolve({ width: 512, height: 256 }));
  vi.stubGlobal('createImageBitmap', decode);
  await expect(pictureSheet(png(30_000, 30_000).buffer, 'image/png')).rejects.toThrow('pixels');
  await expect(pictureSheet(png(2, 2_049).buffer, 'image/png')).rejects.toThrow('pixels');
  await expect(pictureSheet(new ArrayBuffer(99), 'image/png')).rejects.toThrow('pixels');
  expect(decode).not.toHaveBeenCalled();
  expect((await pictureSheet(png(512, 256).buffer, 'image/png')).bytes).toBe(4 * 512 * 256);
});
