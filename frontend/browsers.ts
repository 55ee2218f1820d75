/** The oldest browsers for which the gallery is built; README.md names them, too. */
export const BROWSERS = { chrome: 108, edge: 108, firefox: 121, safari: 16.4 } as const;
