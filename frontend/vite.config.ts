import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BROWSERS } from './browsers.ts';
import { finish } from './finish.ts';
import { firstLoad } from './first_load.ts';
import { Licenses } from './licenses.ts';

const SERVER = process.env['MEDIA_SERVER'] ?? 'http://127.0.0.1:8000';

const licenses = new Licenses();

export default defineConfig({
  // The server fills in <base href>: everything else is relative to it.
  base: './',
  plugins: [
    svelte({ configFile: false, compilerOptions: { runes: true } }),
    licenses.collecting(),
    finish(licenses),
  ],
  worker: { plugins: () => [licenses.collecting()] },
  build: {
    target: Object.entries(BROWSERS).map(([name, version]) => `${name}${version}`),
    sourcemap: false,
    assetsInlineLimit: 0, // data: addresses would need a wider Content-Security-Policy
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/worker/sw.ts' },
      output: {
        // A service worker keeps its address: that is how a browser notices a new one.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: firstLoad(resolve(import.meta.dirname, 'src/main.ts')) }],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api/', '/healthz', '/login', '/logout'].map((path) => [path, SERVER]),
    ),
  },
  // Components are tested as the browser has them.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
