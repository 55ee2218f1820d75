/** In German, what the server says in English: the gallery's own words for its codes. */

import type { Problem } from '../api/types';
import type { Format } from './format';

type Code = Problem['code'];
type Reason = NonNullable<Problem['reason']>;

/** What each code means for whoever looks at pictures. */
const CODES: Readonly<Record<Code, string>> = {
  bad_request: 'Der Server versteht diese Anfrage nicht.',
  bad_parameter: 'Ein Teil der Adresse ist nicht erlaubt.',
  bad_body: 'Der Server kann mit dieser Anfrage nichts anfangen.',
  bad_digest: 'Ein SHA-256 hat 64 Hexadezimalziffern.',
  bad_query: 'Diese Suche ist nicht zu verstehen.',
  bad_cursor: 'Hier geht es nicht weiter. Lade die Seite neu.',
  bad_range: 'Dieser Teil liegt außerhalb der Datei.',
  not_signed_in: 'Hierfür musst du angemeldet sein.',
  not_allowed: 'Das ist mit diesem Token nicht erlaubt.',
  cross_site: 'Eine fremde Seite darf hier nichts ändern.',
  not_found: 'Unter dieser Adresse ist nichts.',
  no_asset: 'In der Bibliothek ist nichts davon (mehr).',
  no_thumbnail: 'Hiervon gibt es kein Vorschaubild.',
  no_rendition: 'Hiervon gibt es kein solches Bild.',
  no_original: 'Mindestens eine Datei kann gerade nicht gelesen werden.',
  method_not_allowed: 'Das geht unter dieser Adresse nicht.',
  body_timeout: 'Die Anfrage kam nicht rechtzeitig an.',
  removals_changed: 'Inzwischen fehlen andere Dateien. Sieh bitte noch einmal nach.',
  gone: 'Hier geht es nicht weiter. Lade die Seite neu.',
  body_too_large: 'Das ist zu viel auf einmal.',
  uri_too_long: 'Die Adresse ist zu lang.',
  unsupported_media_type: 'Der Server kann mit dieser Anfrage nichts anfangen.',
  misdirected: 'Unter diesem Namen ist der Server nicht zu erreichen.',
  too_many_requests: 'Zu viele Anfragen. Warte einen Augenblick.',
  internal: 'Der Server konnte nicht antworten. Mehr steht in seinem Protokoll.',
  busy: 'Der Server hat alle Hände voll zu tun. Versuche es gleich noch einmal.',
  took_too_long: 'Die Antwort dauerte zu lange und wurde aufgegeben.',
  offline: 'Die Bibliothek, zu der das gehört, ist nicht da.',
};

type Facts = Required<Pick<Problem, 'word' | 'field' | 'limit'>>;

/** Why a search is not understood. */
const REASONS: Readonly<Record<Reason, (facts: Facts, f: Format) => string>> = {
  too_long: ({ limit }, f) => `Eine Suche hat höchstens ${f.number(limit)} Zeichen.`,
  half_character: () => 'Hier steht ein halbes Zeichen.',
  open_quotation: () => 'Dieses Anführungszeichen wird nicht geschlossen.',
  open_parenthesis: () => 'Diese Klammer wird nicht geschlossen.',
  unopened_parenthesis: () => 'Diese Klammer wurde nie geöffnet.',
  lonely_or: () => 'OR steht zwischen zwei Dingen, nach denen gesucht wird.',
  too_deep: () => 'Hier sind zu viele Klammern und Zeichen.',
  too_many_terms: ({ limit }, f) => `Eine Suche hat höchstens ${f.number(limit)} Teile.`,
  no_letter: () => 'Hier fehlt ein Buchstabe oder eine Ziffer.',
  no_date: ({ word }) => `„${word}“ ist kein Datum oder endet, bevor es beginnt.`,
  no_field: ({ field }) =>
    `Ein Feld „${field}“ gibt es nicht; in Anführungszeichen ist es ein Wort.`,
  no_value: ({ field }) => `Hinter „${field}“ fehlt etwas.`,
  only_colon: ({ field }) => `Hinter „${field}“ kann nur ein Doppelpunkt stehen.`,
  unknown_place: () => 'Einen Ort dieses Namens kennt der Server nicht.',
  not_on_earth: () => 'Diesen Punkt gibt es auf der Erde nicht.',
  no_distance: ({ word }) => `„${word}“ ist keine Zahl von Kilometern.`,
  too_far: ({ limit }, f) => `Ein Kreis hat einen Radius von höchstens ${f.number(limit)} km.`,
  no_box: () =>
    'Ein Rechteck besteht aus Westen, Süden, Osten und Norden in Grad, mit Kommas dazwischen.',
  box_upside_down: () => 'Der Süden dieses Rechtecks liegt nördlich von seinem Norden.',
  short_beginning: ({ limit }, f) =>
    `Ein Stern steht hinter mindestens ${f.number(limit)} Buchstaben.`,
  starred_number: () => 'Hinter der Nummer eines Ordners steht kein Stern.',
  no_number: ({ word, field }) => `„${word}“ ist kein Wert für „${field}“.`,
  no_rating: () => 'Eine Bewertung ist 0 bis 5 Sterne oder -1 für aussortiert.',
  no_choice: ({ word, field }) => `„${word}“ ist nichts, was „${field}:“ kennt.`,
};

/** What each setting is for, by the name of its flag; a test compares them with the server's. */
const SETTINGS: Readonly<Record<string, string>> = {
  storage_dir:
    'Ordner mit Fotos und Videos, der gezeigt wird: nur gelesen, nie geändert. Kann mehrmals gegeben werden; jeder ist eine Bibliothek.',
  port: 'Port, auf dem der Server zu erreichen ist; 0 sucht einen freien.',
  rescan_interval:
    'Pause zwischen zwei Durchgängen durch die Ordner; 0 geht sie nur beim Start durch.',
  host: 'Adresse, auf der der Server zu erreichen ist; 127.0.0.1 ist nur für diesen Computer. Jede andere, etwa 0.0.0.0, öffnet ihn dem Netz und braucht ein Zugangstoken oder --open_to_network.',
  token_file:
    'Datei mit dem Zugangstoken, das dann alle brauchen: mindestens 16 Zeichen, wie `openssl rand -hex 32` sie macht.',
  token:
    'Das Zugangstoken selbst, statt einer Datei. Dafür gibt es kein Flag, weil andere auf diesem Computer es sähen.',
  open_to_network:
    'Auch ohne Zugangstoken darf jeder, der den Server erreicht, alles sehen und ändern, nur nicht seine Einstellungen.',
  allowed_hosts:
    'Namen, unter denen Browser den Server erreichen, außer localhost, seiner Adresse und dem Namen dieses Computers; mehrere mit Kommas dazwischen.',
  trusted_proxies:
    'Adressen oder Netze von Reverse-Proxys, denen über Client, Schema und Host geglaubt wird; mehrere mit Kommas dazwischen.',
  base_path: 'Pfad, unter dem ein Reverse-Proxy den Server zeigt, etwa /photos.',
  data_dir:
    'Ordner für den Katalog und die gemachten Bilder, außerhalb der gezeigten Ordner; sonst im Datenordner des Benutzers, je einer für jeden ersten gezeigten Ordner.',
  map_file:
    'Eigene Datei mit Kartenkacheln (PMTiles), die die Karte von Nahem zeigt: Straßen, Flüsse, Gebäude.',
  watch: 'Noch einmal durchgehen, sobald sich in einem Ordner etwas ändert.',
  grace_days:
    'Wie lange Datum und Bilder einer entfernten Datei behalten werden, falls sie wiederkommt.',
  jails: 'So viele Prozesse öffnen höchstens zugleich Bilder; 0 ist einer je Prozessorkern.',
  max_store:
    'So viele Bytes dürfen alle gemachten Bilder höchstens belegen, etwa 20GB oder 500MB; 0 ist ohne Grenze.',
  log_format:
    'Form von allem, was auf die Standardfehlerausgabe geschrieben wird: text, oder json für ein Objekt je Zeile.',
  log_level:
    'Die unwichtigsten Meldungen, die noch geschrieben werden: debug, info, warning oder error.',
};
const UNITS: Readonly<Record<string, string>> = {
  seconds: 'Sekunden',
  days: 'Tage',
  processes: 'Prozesse',
  bytes: 'Bytes',
};

export function problemInGerman({ code, detail }: Problem): string {
  return Object.hasOwn(CODES, code) ? CODES[code] : detail;
}

export function reasonInGerman(problem: Problem, f: Format): string {
  const { reason, word = '', field = '', limit = 0 } = problem;
  if (reason === undefined || !Object.hasOwn(REASONS, reason)) return problemInGerman(problem);
  return REASONS[reason]({ word, field, limit }, f);
}

export function settingInGerman(name: string, help: string): string {
  return Object.hasOwn(SETTINGS, name) ? (SETTINGS[name] ?? help) : help;
}

export function unitInGerman(unit: string): string {
  return UNITS[unit] ?? unit;
}
