/** Tiles of a PMTiles file that our server has, asked for range by range and within bounds. */

import {
  EtagMismatch,
  PMTiles,
  ResolvedValueCache,
  type RangeResponse,
  type Source,
} from 'pmtiles';

/** More than any tile, or directory, of a sound file. */
const MOST_BYTES = 2 << 20;
const MOST_TILE_BYTES = 8 << 20;
const MOST_DIRECTORY_BYTES = 1 << 20;
const DIRECTORIES = 16;
const GZIP = 2;

/** The server does not give it now; later it may. */
export class Away extends Error {}

/** Bytes that are not what they should be. */
export class Broken extends Error {}

export class Ranges implements Source {
  readonly #address: string;
  readonly #fetch: typeof fetch;

  constructor(address: string, fetcher: typeof fetch = (...words) => fetch(...words)) {
    this.#address = address;
    this.#fetch = fetcher;
  }

  getKey(): string {
    return this.#address;
  }

  /** @throws Away; Broken; EtagMismatch where the file is another one by now. */
  async getBytes(
    offset: number,
    length: number,
    signal?: AbortSignal,
    etag?: string,
  ): Promise<RangeResponse> {
    if (!(length > 0 && length <= MOST_BYTES) || !Number.isSafeInteger(offset + length)) {
      throw new Broken(`${length} bytes at once`);
    }
    const headers = { Range: `bytes=${offset}-${offset + length - 1}` };
    const options = { headers, ...(signal && { signal }) };
    const response = await orAway(this.#fetch(this.#address, options));
    const found = response.headers.get('ETag');
    if (response.status === 416) throw new Broken('behind its end');
    if (response.status !== 206 || !found) {
      void response.body?.cancel();
      throw new Away(String(response.status));
    }
    if (etag && found !== etag) throw new EtagMismatch(etag);
    const data = await orAway(response.arrayBuffer());
    const whole = Number(response.headers.get('Content-Range')?.split('/')[1]);
    if (data.byteLength < Math.min(length, whole - offset)) throw new Away('broken off');
    return { data, etag: found };
  }
}

/** What comes of the network, which may be gone at any time. */
async function orAway<Value>(coming: Promise<Value>): Promise<Value> {
  try {
    return await coming;
  } catch (error) {
    throw new Away(String(error));
  }
}

/** @throws Broken there is more in it than there may be, or it is no gzip. */
export async function inflated(
  data: ArrayBuffer,
  compression: number,
  mostBytes: number,
): Promise<ArrayBuffer> {
  if (compression !== GZIP) return data;
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > mostBytes) throw new Broken('too much in it');
      parts.push(value);
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    throw error instanceof Broken ? error : new Broken(String(error));
  }
  return new Blob(parts).arrayBuffer();
}

export function archiveAt(address: string, fetcher?: typeof fetch): PMTiles {
  // It keeps nothing that failed, so that the next one may have more luck.
  const directories = new ResolvedValueCache(DIRECTORIES, true, (data, compression) =>
    inflated(data, compression, MOST_DIRECTORY_BYTES),
  );
  return new PMTiles(new Ranges(address, fetcher), directories, (data, compression) =>
    inflated(data, compression, MOST_TILE_BYTES),
  );
}
