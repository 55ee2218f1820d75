import type { Strings } from './en';
import type { Format } from './format';

export function de(f: Format): Strings {
  return {
    name: 'Media Server',
    skip: 'Zum Inhalt springen',
    loading: 'Wird geladen …',
    retry: 'Nochmal versuchen',
    pageTitle: (page) => `${page} · Media Server`,
    navigation: {
      label: 'Haupt',
      photos: 'Fotos',
      search: 'Suche',
      map: 'Karte',
      folders: 'Ordner',
      health: 'Zustand',
      settings: 'Optionen',
    },
    search: {
      label: 'Fotos suchen',
      hint: 'Orte, Daten, Kameras …',
      heading: (q) => (q ? `Suche: ${q}` : 'Suche'),
    },
    connection: {
      gone: 'Der Server antwortet nicht. Was du siehst, ist vielleicht veraltet.',
      goneRetry: 'Jetzt versuchen',
      signedOut: 'Du bist abgemeldet worden.',
      signIn: 'Anmelden',
    },
    problem: {
      heading: 'Das hat nicht geklappt',
      unknown: 'In der Galerie selbst ist etwas schiefgegangen.',
      stale: 'Die Galerie ist erneuert worden, seit du sie geöffnet hast.',
      reload: 'Neu laden',
    },
    notFound: {
      heading: 'Hier ist nichts',
      text: 'Die Adresse führt nirgendwohin. Vielleicht ist sie abgeschnitten.',
      back: 'Zu allen Fotos',
    },
    photo: { heading: 'Foto', close: 'Schließen' },
    count: {
      photos: (count) => f.plural(count, { one: '# Foto', other: '# Fotos' }),
      files: (count) => f.plural(count, { one: '# Datei', other: '# Dateien' }),
    },
    empty: {
      heading: 'Noch keine Fotos',
      text: 'Sobald welche in deinem Ordner liegen, erscheinen sie hier von selbst.',
    },
  };
}
