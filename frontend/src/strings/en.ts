import type { Format } from './format';

/** English, and the form that every other language has to have. */
export function en(f: Format) {
  return {
    name: 'Media Server',
    skip: 'Skip to the content',
    loading: 'Loading …',
    retry: 'Try again',
    pageTitle: (page: string) => `${page} · Media Server`,
    navigation: {
      label: 'Main',
      photos: 'Photos',
      search: 'Search',
      map: 'Map',
      folders: 'Folders',
      health: 'Health',
      settings: 'Settings',
    },
    search: {
      label: 'Search photos',
      hint: 'Places, dates, cameras …',
      heading: (q: string) => (q ? `Search: ${q}` : 'Search'),
    },
    connection: {
      gone: 'The server does not answer. What you see may be out of date.',
      goneRetry: 'Try now',
      signedOut: 'You have been signed out.',
      signIn: 'Sign in',
    },
    problem: {
      heading: 'This did not work',
      unknown: 'Something went wrong in the gallery itself.',
      stale: 'The gallery has been updated since you opened it.',
      reload: 'Reload',
    },
    notFound: {
      heading: 'Nothing is here',
      text: 'The address leads nowhere. It may have been cut off.',
      back: 'To all photos',
    },
    photo: { heading: 'Photo', close: 'Close' },
    count: {
      photos: (count: number) => f.plural(count, { one: '# photo', other: '# photos' }),
      files: (count: number) => f.plural(count, { one: '# file', other: '# files' }),
    },
    empty: {
      heading: 'No photos yet',
      text: 'As soon as there are some in your folder, they appear here by themselves.',
    },
  };
}

export type Strings = ReturnType<typeof en>;
