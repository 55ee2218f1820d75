/** Addresses of pictures. */

import { address } from '../api/address';
import { base } from './base';

/** The small picture of an asset, as lists show it. */
export function grid(digest: string): string {
  const path = { digest, kind: 'grid' as const };
  return new URL(address('/api/v1/assets/{digest}/renditions/{kind}', { path }), base).href;
}
