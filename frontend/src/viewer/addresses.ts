/** Where the bytes of an asset are. */

import { address } from '../api/address';
import { base } from '../state/base';

export type Rendition = 'grid' | 'preview' | 'poster';

export function rendition(digest: string, kind: Rendition): string {
  return absolute(address('/api/v1/assets/{digest}/renditions/{kind}', { path: { digest, kind } }));
}

/** @param save whether the browser is to save what it could show. */
export function original(digest: string, save = false): string {
  const query = save ? { download: 1 } : {};
  return absolute(address('/api/v1/assets/{digest}/original', { path: { digest }, query }));
}

/** Have the browser save an original. */
export function save(digest: string): void {
  const link = document.createElement('a');
  link.href = original(digest, true);
  link.download = '';
  link.click();
}

export function movie(digest: string): string {
  return absolute(address('/api/v1/assets/{digest}/movie', { path: { digest }, query: {} }));
}

export function sidecar(digest: string, url: string): string {
  const id = Number(url.slice(url.lastIndexOf('/') + 1));
  return absolute(address('/api/v1/assets/{digest}/sidecars/{id}', { path: { digest, id } }));
}

/** Why a browser did not get an original. */
export type Reach = 'there' | 'away' | 'gone' | 'unknown';

/** Ask whether an original can be had, as a film or picture that fails does not tell why. */
export async function reach(where: string): Promise<Reach> {
  try {
    const { status } = await fetch(where, { method: 'HEAD', credentials: 'same-origin' });
    if (status < 400) return 'there';
    return status === 503 ? 'away' : status === 404 ? 'gone' : 'unknown';
  } catch {
    return 'unknown';
  }
}

function absolute(path: string): string {
  return new URL(path, base).href;
}
