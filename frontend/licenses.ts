/** The licenses of what is bundled, as most of them ask for: `licenses.txt` beside the page. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;
/** Those whose package has no file of it. */
const OWN = join(import.meta.dirname, 'licenses');

/** The page's scripts and each worker's are bundles of their own: one list is made of all. */
export class Licenses {
  readonly #folders = new Map<string, string>();

  /** Notes what goes into a bundle. */
  collecting(): Plugin {
    return {
      name: 'collect-licenses',
      apply: 'build',
      generateBundle: (_, bundle) => {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type === 'chunk') chunk.moduleIds.forEach((id) => this.note(id));
        }
      },
    };
  }

  note(module: string): void {
    const [, folder, name] = PACKAGE.exec(module) ?? [];
    if (folder !== undefined && name !== undefined) this.#folders.set(name, folder);
  }

  /**
   * The text for people.
   *
   * @throws Error if one has no license that can be found.
   */
  text(): string {
    const found = [...this.#folders].sort(([one], [other]) => (one < other ? -1 : 1));
    return found.map(([name, folder]) => `${name}\n\n${licenseOf(name, folder)}\n`).join('\n\n');
  }
}

function licenseOf(name: string, folder: string): string {
  const own = join(OWN, `${name}.txt`);
  if (existsSync(own)) return readFileSync(own, 'utf8').trim();
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} is bundled and has no license`);
  return readFileSync(join(folder, file), 'utf8').trim();
}
