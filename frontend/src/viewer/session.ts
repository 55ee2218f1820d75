/** What is remembered as long as the tab is open. */

export interface Session {
  /** Of films. */
  muted: boolean;
  /** 0 to 1. */
  volume: number;
  /** Whether the details are open. */
  details: boolean;
}

const NAME = 'viewer';
const FIRST: Session = { muted: false, volume: 1, details: false };

export function read(): Session {
  try {
    return { ...FIRST, ...(JSON.parse(sessionStorage.getItem(NAME) ?? '{}') as Partial<Session>) };
  } catch {
    return FIRST;
  }
}

export function remember(some: Partial<Session>): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify({ ...read(), ...some }));
  } catch {
    // Storage is full or forbidden: then it is forgotten.
  }
}
