import { mount } from 'svelte';
import App from './App.svelte';
import './base.css';
import { connection } from './state/connection.svelte';
import { wantedLanguages } from './strings/language';
import { renew } from './state/renewal';
import { pause } from './model/slices';
import { placeOf } from './state/route';
import { router } from './state/router.svelte';
import { sources } from './state/sources.svelte';
import { ownScript } from './state/trusted';
import { speak } from './strings';
import './tokens.css';
import { viewer } from './views';

const IDLE_MS = 1_500;

// What takes the server longest is asked for first of all.
if (placeOf(router.route).view === 'photos') void sources.library.load();

document.documentElement.lang = await speak(wantedLanguages(navigator.languages));
router.listen();
window.addEventListener('vite:preloadError', () => void renew());
window.addEventListener('online', () => void connection.tryNow());
// Reading the scripts was one task, showing something is another.
await pause();
mount(App, { target: document.getElementById('app') ?? document.body });

// So that the first picture that is opened need not wait for it.
setTimeout(() => void viewer().catch(() => undefined), IDLE_MS);

// Only over TLS or on this computer; elsewhere browsers have none, and nothing depends on it.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  const keepShell = (): void => {
    navigator.serviceWorker.register(ownScript('sw.js')).catch(() => undefined);
  };
  // While another language was fetched the page may have been loaded.
  if (document.readyState === 'complete') keepShell();
  else window.addEventListener('load', keepShell);
}
