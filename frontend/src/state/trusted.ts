/**
 * Addresses that may be run. The policy of the page (`require-trusted-types-for`) refuses every
 * other: a `Worker` or service worker is made with `ownScript(…)`.
 */

import { base, below } from './base';

interface ScriptPolicy {
  createScriptURL(address: string): unknown;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

function own(address: string): string {
  const found = new URL(address, base);
  if (below(found) === null) throw new TypeError(`not a script of the gallery: ${found.href}`);
  return found.href;
}

const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy: ScriptPolicy = types?.createPolicy('gallery', { createScriptURL: own }) ?? {
  createScriptURL: own,
};

/** The address of a script of the gallery, as the browser wants it. */
export function ownScript(address: string): string {
  return policy.createScriptURL(address) as string;
}
