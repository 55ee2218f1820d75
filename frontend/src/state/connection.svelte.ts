/** Whether the server answers, and whether it knows who asks. */

import type { Listener } from '../api/client';
import { base } from './base';

export type ConnectionState =
  'fine' | /** nobody answers */ 'gone' | /** the session has ended */ 'signed_out';

/** What a proxy says whose server is gone; the server itself never does. */
const BY_A_PROXY = new Set([502, 504]);
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export class Connection implements Listener {
  #state = $state<ConnectionState>('fine');
  #returns = $state(0);
  #waitMs = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #isThere: () => Promise<boolean>;

  /** @param isThere asks whether there is a server, without anything that needs a session. */
  constructor(isThere: () => Promise<boolean> = askHealth) {
    this.#isThere = isThere;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** How often it has come back: who could not have something asks for it again then. */
  get returns(): number {
    return this.#returns;
  }

  answered(status: number): void {
    if (BY_A_PROXY.has(status)) {
      this.unreachable();
      return;
    }
    this.#isBack(status === 401 ? 'signed_out' : 'fine');
  }

  unreachable(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#wait();
  }

  /** Find out whether there is a server, where something else than a request makes one doubt. */
  async doubt(): Promise<void> {
    if (!(await this.#isThere())) this.unreachable();
  }

  /** Ask at once, as when the device is online again or a user wants it. */
  async tryNow(): Promise<void> {
    if (this.#state !== 'gone') return;
    clearTimeout(this.#timer);
    if (await this.#isThere()) {
      this.#isBack('fine');
    } else {
      this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
      this.#wait();
    }
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.tryNow(), this.#waitMs);
  }

  #isBack(state: 'fine' | 'signed_out'): void {
    clearTimeout(this.#timer);
    this.#waitMs = FIRST_WAIT_MS;
    const was = this.#state;
    this.#state = state;
    if (was === 'gone') this.#returns++;
  }
}

async function askHealth(): Promise<boolean> {
  try {
    const { status } = await fetch(new URL('healthz', base), { cache: 'no-store' });
    return !BY_A_PROXY.has(status);
  } catch {
    return false;
  }
}

export const connection = new Connection();
