/**
 * Keeps the page and what it names, so that the gallery opens at once and says so when its server
 * is away. No picture, film or answer of the API is kept: those are private, and the browser's own
 * cache keeps what may be kept.
 *
 * The build writes a name of its own and the files into the list below.
 */

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const [VERSION = '', ...FILES] = ['shell'];
const PREFIX = 'media-server-shell-';
const CACHE = PREFIX + VERSION;
/** The page is the same at each of its addresses. */
const PAGE = './';

worker.addEventListener('install', (event) => {
  event.waitUntil(keep());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    if (isGallery(new URL(request.url))) event.respondWith(page(request));
  } else if (FILES.some((name) => absolute(name) === request.url)) {
    event.respondWith(file(request));
  }
});

async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((name) => new Request(absolute(name))));
  // Not where it leads to the page that asks for the token: that one is not the gallery.
  const answer = await fetch(PAGE, { cache: 'no-cache', headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) throw new Error('the page cannot be had now');
  await cache.put(PAGE, answer);
  await worker.skipWaiting();
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** The server's page: it knows who may see it. Without a server, the one that is kept. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(CACHE)).match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

async function file(request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(request.url)) ?? fetch(request);
}

/** Whether an address shows the gallery: not downloads, the API's own pages or signing in. */
function isGallery(address: URL): boolean {
  const path = address.href.slice(worker.registration.scope.length).split(/[?#]/)[0] ?? '';
  return /^(|photo\/.*|search|map|folders(\/.*)?|health|settings)$/.test(path);
}

function absolute(name: string): string {
  return new URL(name, worker.registration.scope).href;
}
