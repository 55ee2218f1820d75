import { mount } from 'svelte';
import App from './App.svelte';
import './base.css';
import { connection } from './state/connection.svelte';
import { router } from './state/router.svelte';
import { ownScript } from './state/trusted';
import { speak } from './strings';
import './tokens.css';

document.documentElement.lang = await speak(navigator.languages);
router.listen();
window.addEventListener('online', () => void connection.tryNow());
mount(App, { target: document.getElementById('app') ?? document.body });

// Only over TLS or on this computer; elsewhere browsers have none, and nothing depends on it.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  window.addEventListener('load', () => {
    navigator.serviceWorker.register(ownScript('sw.js')).catch(() => undefined);
  });
}
