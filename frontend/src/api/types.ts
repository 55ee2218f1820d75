// Made by tools/gallery_types.py from the server's description of its API; not edited by hand.

/** A body that is no JSON: a picture, a film, an archive, a stream. */
export type Bytes = { readonly bytes: unique symbol };
/** An answer without a body. */
export type Nothing = { readonly nothing: unique symbol };
/** What has no parameters. */
export type None = Readonly<Record<never, never>>;

/** All that is known of one asset. */
export interface Asset {
  /** its identity. */
  readonly digest: string;
  /** SHA-1 of the same bytes, 40 hexadecimal digits; null until it is worked out. */
  readonly sha1: string | null;
  /** type of the content. */
  readonly mime: string;
  /** `photo`, `video`, or `other` of which there is no picture. */
  readonly kind: 'other' | 'photo' | 'video';
  /** of the original. */
  readonly size_bytes: number;
  /** of the upright picture. */
  readonly width_px: number | null;
  /** of the same. */
  readonly height_px: number | null;
  /** of a video. */
  readonly duration_ms: number | null;
  /** `original_creation_date` of `GET /list`, in seconds since 1970 in UTC; for a gallery `taken` is the better time. */
  readonly created: number;
  /** when. */
  readonly taken: Taken;
  /** where, null where that is not known. */
  readonly place: Place | null;
  /** as people wrote it. */
  readonly title: string | null;
  /** as people wrote it. */
  readonly description: string | null;
  /** that people gave it. */
  readonly keywords: readonly string[];
  /** who are in it. */
  readonly people: readonly string[];
  /** 0 to 5 stars, -1 for rejected. */
  readonly rating: number | null;
  /** of the camera. */
  readonly make: string | null;
  /** of the same. */
  readonly model: string | null;
  /** as the camera names it. */
  readonly lens: string | null;
  /** where each of these was read from, by name. */
  readonly sources: Readonly<Record<string, string>>;
  /** everything that the content says, in the order it was found. */
  readonly readings: readonly Reading[];
  /** all files that hold it. */
  readonly files: readonly FileOf[];
  /** assets that belong to it. */
  readonly linked: readonly Linked[];
  /** files that describe it. */
  readonly sidecars: readonly SidecarOf[];
  /** pictures of it, kind to address; what is not there yet is made when it is asked for. Empty where `picture` is `failed` or `none`. */
  readonly renditions: Readonly<Record<string, string>>;
  /** address of its bytes, for a `<video>` too. */
  readonly original: string;
  /** address of the film of a Live Photo or motion photo; null for all others, videos too. */
  readonly movie: string | null;
  /** how far its grid picture is. */
  readonly picture: 'failed' | 'none' | 'pending' | 'ready' | 'rough';
  /** what is wrong with it. */
  readonly health: readonly Trouble[];
}

/** What this server can do. */
export interface Capabilities {
  /** of the program. */
  readonly version: string;
  /** types of which pictures are made. */
  readonly pictures: readonly string[];
  /** types that get posters. */
  readonly videos: readonly string[];
  /** what holds the processes that decode; null before the first has started. */
  readonly jail_layers: Layers | null;
}

/** Some changes, the oldest first. */
export interface Changes {
  /** assets that are new, or of which something an item shows may have changed: put each in the place of the one with its `digest`. A moved or renamed file is its item again. */
  readonly items: readonly Item[];
  /** digests of assets that are not listed any more. */
  readonly removed: readonly string[];
  /** behind these changes, the next `since`. */
  readonly cursor: string;
  /** whether there are more already. */
  readonly more: boolean;
}

/** One thing that is looked for, as it was understood. */
export interface Chip {
  /** what would be written for it: a date in words has become days. */
  readonly text: string;
  /** such as `camera`; `taken` for a date, null for free words. */
  readonly field: string | null;
  /** whether it is excluded. */
  readonly without: boolean;
  /** where it stands in the text, in code points of Unicode from 0. */
  readonly from: number;
  /** behind its last character. */
  readonly to: number;
}

/** A city, town or village. */
export interface City {
  /** null for what lies in the region but near no place. */
  readonly name: string | null;
  /** how many were taken there. */
  readonly pictures: number;
  /** the one that was taken last. */
  readonly newest: string;
}

/** Pictures that lie together. */
export interface ClusterOf {
  /** how many. */
  readonly pictures: number;
  /** the middle of all of them. */
  readonly latitude: number;
  /** the same. */
  readonly longitude: number;
  /** bounds of the square of the map that they lie in. */
  readonly west: number;
  /** the same. */
  readonly south: number;
  /** the same. */
  readonly east: number;
  /** the same. */
  readonly north: number;
  /** the one that was taken last. */
  readonly newest: string;
  /** how far its grid picture is, as in lists. */
  readonly picture: 'failed' | 'none' | 'pending' | 'ready' | 'rough';
  /** that one as lists show it, where it is the only one; else null. */
  readonly item: Item | null;
}

/** That missing files are really gone. */
export interface Confirmed {
  /** how many, as the library said when a person was asked. */
  readonly held_removals: number;
}

/** A country. */
export interface Country {
  /** ISO 3166-1 alpha-2, and XK for Kosovo. */
  readonly code: string;
  /** in English. */
  readonly name: string;
  /** how many were taken there. */
  readonly pictures: number;
  /** the one that was taken last. */
  readonly newest: string;
  /** those with pictures, by name. */
  readonly regions: readonly Region[];
}

/** Numbers over the whole catalog. */
export interface Counts {
  /** files known. */
  readonly files: number;
  /** assets, missing ones included. */
  readonly assets: number;
  /** files whose digest is not known yet. */
  readonly unhashed: number;
  /** assets that may get a picture and have none so far. */
  readonly unpictured: number;
  /** assets that show the preview their camera embedded. */
  readonly rough: number;
  /** assets and files with a failure that will not change by trying again. */
  readonly failed: number;
  /** those of them that took their jail down. */
  readonly parked: number;
  /** assets whose last file is gone. */
  readonly missing: number;
}

/** A folder on the way from the root. */
export interface Crumb {
  readonly id: number;
  readonly name: string;
}

/** One day. */
export type DayCount = readonly [string, number];

/** One day. */
export type DayShape = readonly [string, string];

/** A property of some of what is found. */
export interface FacetCount {
  /** as people read it. */
  readonly value: string;
  /** how many have it. */
  readonly assets: number;
  /** the text that asks for it. */
  readonly query: string;
}

/** How what is found divides. */
export interface Facets {
  /** of how many this tells. */
  readonly assets: number;
  /** whether these are all that is found. Where they are not, they are the newest. */
  readonly exact: boolean;
  /** up to 50 of each kind, the most frequent first; kinds without any are absent. */
  readonly kinds: Readonly<Record<string, readonly FacetCount[]>>;
}

/** A file. */
export interface FileIn {
  /** of the file. */
  readonly name: string;
  /** of it. */
  readonly size_bytes: number;
  /** ISO 8601 in UTC. */
  readonly modified: string;
  /** of its content; null until it has been read. */
  readonly digest: string | null;
  /** its asset, as lists show it; null as long as there is none. */
  readonly item: Item | null;
}

/** A file that holds the asset. */
export interface FileOf {
  /** number of the library. */
  readonly library_id: number;
  /** below the library's root; U+FFFD for bytes that are no UTF-8. */
  readonly path: string;
  /** of the content. */
  readonly size_bytes: number;
  /** time of the last change, ISO 8601 in UTC. */
  readonly modified: string;
  /** false when the last scan missed it. */
  readonly there: boolean;
}

/** A folder. */
export interface FolderAnswer {
  /** its number. */
  readonly id: number;
  /** of its library. */
  readonly library_id: number;
  /** empty for a root. */
  readonly name: string;
  /** from the root on. */
  readonly parents: readonly Crumb[];
  /** in it, by name; only in the answer without a cursor. */
  readonly folders: readonly FolderIn[];
  /** some of its files, by name. */
  readonly files: readonly FileIn[];
  /** cursor of the files that follow; null at the end. */
  readonly next: string | null;
}

/** A folder in another one, or a library's root. */
export interface FolderIn {
  /** its number. */
  readonly id: number;
  /** of the folder; empty for a root. */
  readonly name: string;
  /** in the folder itself; 10,000 means that or more. */
  readonly files: number;
  /** digest of an asset in it, or in a folder below, that has a picture. */
  readonly cover: string | null;
}

/** Something wrong with one file. */
export interface Found {
  /** what it is. */
  readonly code: 'broken_pair' | 'failed' | 'orphan_sidecar' | 'parked' | 'too_big' | 'truncated' | 'undated' | 'unreadable' | 'wrong_extension' | 'zero_byte';
  /** the same in words. */
  readonly sentence: string;
  /** more about this case, or nothing. */
  readonly detail: string;
  /** the library's folder. */
  readonly library: string;
  /** of the file below it. */
  readonly path: string;
  /** of its content; null where that is not known. */
  readonly digest: string | null;
  /** its asset, as lists show it; null as long as there is none. */
  readonly item: Item | null;
}

/** What is wrong. */
export interface Health {
  /** how often each kind is found, all kinds. Only in the answer without a cursor. */
  readonly counts: Readonly<Record<string, number>>;
  /** some of it. */
  readonly findings: readonly Found[];
  /** cursor of what follows; null at the end. */
  readonly next: string | null;
}

/** An asset as lists and the timeline show it. */
export interface Item {
  /** SHA-256 of its bytes, its identity. */
  readonly digest: string;
  /** of one of its files. */
  readonly name: string;
  /** `photo`, `video`, or `other` of which no picture can be made. */
  readonly kind: 'other' | 'photo' | 'video';
  /** wall time where it was taken, ISO 8601 with milliseconds and without offset; its first ten characters are the day in the timeline. */
  readonly local: string;
  /** minutes that this is ahead of UTC; null where that is not known. */
  readonly offset_min: number | null;
  /** the instant, ISO 8601 in UTC with milliseconds; without an offset it is `local` as read by the clock of the server. */
  readonly taken: string;
  /** how sure the time is, see [times](docs#times); null until the asset has been looked into. */
  readonly certainty: string | null;
  /** of the upright picture; null where not known. */
  readonly width_px: number | null;
  /** of the same. */
  readonly height_px: number | null;
  /** of a video. */
  readonly duration_ms: number | null;
  /** how far its grid picture is: `pending`, `rough` (what the camera embedded), `ready`, `failed` (there may be what the camera embedded: ask, and expect 404), or `none` where none can be made. */
  readonly picture: 'failed' | 'none' | 'pending' | 'ready' | 'rough';
  /** whether it is a Live Photo or holds a film, which `/movie` gives. */
  readonly live: boolean;
  /** whether it is shown with another asset and not by itself, as the film of a Live Photo is, and the RAW beside its JPEG; the timeline leaves it out. */
  readonly part: boolean;
  /** 0 to 5 stars, -1 for rejected. */
  readonly rating: number | null;
  /** the mean of its grid picture, `#rrggbb`, to be shown until the picture is there. */
  readonly colour: string | null;
}

/** What stands there. */
export interface Items {
  /** as in the shape; another one means that the shape may be another by now. It is not for going on: that is what `day` and `offset` are for. */
  readonly cursor: string;
  /** newest first. */
  readonly items: readonly Item[];
}

/** What holds a jail. Each is `on`, `off (why)` or `broken (what it let through)`. */
export interface Layers {
  /** none can be gained, and root's are given up. */
  readonly privileges: string;
  /** the address space has a limit. */
  readonly memory: string;
  /** files, TCP and signals to others are out of reach; `on (ABI n)`, where n is the kernel's version of it: 4 and up know TCP, 6 and up signals. */
  readonly landlock: string;
  /** the kernel refuses all system calls that a decoder does not need. */
  readonly seccomp: string;
}

/** The libraries, and what is still to be done. */
export interface Libraries {
  /** what is being done: `starting`, `scanning`, `reading`, `describing`, `picturing`, `idle`, or `waiting` for the data dir to take something again. */
  readonly step: string;
  /** scans finished since the start. */
  readonly scans: number;
  /** each one. */
  readonly libraries: readonly LibraryState[];
  /** how much there is and how much is still to be done. */
  readonly progress: Counts;
}

/** One library. */
export interface LibraryState {
  /** its number. */
  readonly id: number;
  /** its folder. */
  readonly root: string;
  /** `new` before its first scan, `online`, `offline` while its folder is not there, `held` while removals wait: when a scan misses more than 100 files at once, and more than a quarter of the library, all stay listed until they are back, or are confirmed to be gone. Moved files do not count. */
  readonly state: string;
  /** that are known in it. */
  readonly files: number;
  /** files that the last scan missed and that are still listed. */
  readonly held_removals: number;
}

/** Another asset that belongs to this one. */
export interface Linked {
  /** `live_photo`, `raw_jpeg`, `edited` or `burst`. */
  readonly kind: 'burst' | 'edited' | 'live_photo' | 'raw_jpeg';
  /** what the other one is here: the `primary`, or a `part`. */
  readonly role: 'part' | 'primary';
  /** of the other one. */
  readonly digest: string;
  /** of its file. */
  readonly name: string;
}

/** What the library lacks. */
export interface LookedUp {
  /** those of the digests that are of no listed asset, as they were written, in the same order, repeats included. */
  readonly missing: readonly string[];
  /** how many listed assets have no SHA-1 yet; while there are any, one that is asked for by SHA-1 may be there although it is among the missing. */
  readonly sha1_pending: number;
}

/** Contents that a client has. */
export interface Lookup {
  /** of each its SHA-256 (64 digits) or its SHA-1 (40 digits). */
  readonly digests: readonly string[];
}

/** What lies in a part of the map. */
export interface MapAnswer {
  /** at most some 400, each counted whole where it lies across the border. */
  readonly clusters: readonly ClusterOf[];
}

/** Whether there is detail for the map. */
export interface MapFileAnswer {
  /** null where the server was given none, or cannot use it. */
  readonly file: MapFileOf | null;
}

/** A file of map tiles. */
export interface MapFileOf {
  /** another word for another file. */
  readonly version: string;
  /** what its tiles are; `vector` is Mapbox Vector Tiles. */
  readonly kind: 'avif' | 'jpeg' | 'png' | 'vector' | 'webp';
  /** the shallowest level. */
  readonly min_zoom: number;
  /** the deepest level. */
  readonly max_zoom: number;
  /** bounds of what it is about. */
  readonly west: number;
  /** the same. */
  readonly south: number;
  /** the same. */
  readonly east: number;
  /** the same. */
  readonly north: number;
  /** what it calls itself; may be empty. */
  readonly name: string;
  /** whose data it is, plain text, to be shown on the map; may be empty. */
  readonly attribution: string;
}

/** A place that a map names. */
export interface NameOf {
  /** as most of its people or in English. */
  readonly name: string;
  /** of its middle. */
  readonly latitude: number;
  /** the same. */
  readonly longitude: number;
  /** roughly. */
  readonly population: number;
}

/** Names in a part of the map. */
export interface NamesAnswer {
  /** at most 200, the largest places first. */
  readonly names: readonly NameOf[];
}

/** Some assets, and where to go on. */
export interface Page {
  /** in the order asked for. */
  readonly items: readonly Item[];
  /** `cursor` of what follows; null at the end. */
  readonly next: string | null;
}

/** A file that is still to be read. */
export interface PendingItem {
  /** its number, for its picture. */
  readonly id: number;
  /** of the file. */
  readonly name: string;
  /** path of its folder below the library's root; empty for the root itself. */
  readonly folder: string;
  /** of its library. */
  readonly library_id: number;
  /** `photo`, `video` or `other`, as far as its name says. */
  readonly kind: 'other' | 'photo' | 'video';
  /** its modification time, ISO 8601 in UTC. */
  readonly modified: string;
}

/** Some of them. */
export interface PendingItems {
  /** newest first. */
  readonly items: readonly PendingItem[];
  /** cursor of what follows; null at the end. */
  readonly next: string | null;
}

/** What is still to be read. */
export interface PendingShape {
  /** `since` of `/api/v1/changes`; files whose assets came before it are not in here. */
  readonly cursor: string;
  /** how many there are. */
  readonly files: number;
  /** each with how many there are on it, newest first. */
  readonly days: readonly DayCount[];
}

/** Where it was taken. */
export interface Place {
  /** WGS 84 degrees. */
  readonly latitude: number;
  /** of the same. */
  readonly longitude: number;
  /** above the sea. */
  readonly altitude_m: number | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** first-level division. */
  readonly region: string | null;
  /** as people would say. */
  readonly city: string | null;
  /** the tag or field of the position. */
  readonly source: string | null;
}

/** All places with pictures. */
export interface PlacesAnswer {
  /** by name. */
  readonly countries: readonly Country[];
}

/** Body of an error answer. */
export interface Problem {
  /** the status in words. */
  readonly title: string;
  /** the HTTP status. */
  readonly status: number;
  /** stable; what programs compare. */
  readonly code: 'bad_body' | 'bad_cursor' | 'bad_digest' | 'bad_parameter' | 'bad_query' | 'bad_range' | 'bad_request' | 'body_timeout' | 'body_too_large' | 'busy' | 'cross_site' | 'gone' | 'internal' | 'method_not_allowed' | 'misdirected' | 'no_asset' | 'no_original' | 'no_rendition' | 'no_thumbnail' | 'not_allowed' | 'not_found' | 'not_signed_in' | 'offline' | 'removals_changed' | 'too_many_requests' | 'took_too_long' | 'unsupported_media_type' | 'uri_too_long';
  /** one sentence, without any path of the server. */
  readonly detail: string;
  /** where in the text of a search it is not understood, in code points of Unicode from 0; absent otherwise. */
  readonly at?: number;
  /** why the text of a search is not understood; absent otherwise. */
  readonly reason?: 'box_upside_down' | 'half_character' | 'lonely_or' | 'no_box' | 'no_choice' | 'no_date' | 'no_distance' | 'no_field' | 'no_letter' | 'no_number' | 'no_rating' | 'no_value' | 'not_on_earth' | 'only_colon' | 'open_parenthesis' | 'open_quotation' | 'short_beginning' | 'starred_number' | 'too_deep' | 'too_far' | 'too_long' | 'too_many_terms' | 'unknown_place' | 'unopened_parenthesis';
  /** that the reason tells of, where it does. */
  readonly word?: string;
  /** of the search that the reason tells of, where it does. */
  readonly field?: string;
  /** that the reason tells of, where it does. */
  readonly limit?: number;
}

/** An archive that can be fetched. */
export interface Promised {
  /** where, from the root of the server on. It can be fetched several times until it expires; ranges of it cannot. */
  readonly url: string;
  /** of the file. */
  readonly name: string;
  /** how many originals it holds. */
  readonly files: number;
  /** of the archive, exactly. */
  readonly size_bytes: number;
  /** seconds until the address is forgotten. */
  readonly expires_s: number;
  /** `cursor` of the next archive; null where this is the only or the last one. */
  readonly next?: string | null;
}

/** One thing that the content says. */
export interface Reading {
  /** such as `captured`, `f_number` or `keyword`. */
  readonly name: string;
  /** in the unit that the name ends in. */
  readonly value: string | number | number;
  /** the tag or field it was read from, such as `EXIF:FNumber`. */
  readonly source: string;
}

/** A state, province or the like. */
export interface Region {
  /** null where a country has none, or it is not known. */
  readonly name: string | null;
  /** how many were taken there. */
  readonly pictures: number;
  /** the one that was taken last. */
  readonly newest: string;
  /** those with pictures, by name. */
  readonly cities: readonly City[];
}

/** What is listed no more. */
export interface Removed {
  /** how many. */
  readonly files: number;
}

/** What is found. */
export interface SearchPage {
  /** in the order asked for. */
  readonly items: readonly Item[];
  /** cursor of what follows; null at the end. */
  readonly next: string | null;
  /** how many are found. Null behind a cursor, and where there are more than are counted. */
  readonly total: number | null;
  /** how many were counted, where there are more. */
  readonly total_at_least: number | null;
  /** the text in one fixed spelling, which finds the same on any day. */
  readonly query: string;
  /** what was understood, in the order of the text. */
  readonly chips: readonly Chip[];
}

/** One setting. */
export interface SettingInForce {
  /** of the flag, without dashes. */
  readonly name: string;
  /** in force. */
  readonly value: string | number | boolean | readonly string[];
  /** of the value. */
  readonly unit: string;
  /** one sentence. */
  readonly help: string;
}

/** The whole timeline. */
export interface Shape {
  /** `since` of `/api/v1/changes` and `/api/v1/events`, for what comes after this. */
  readonly cursor: string;
  /** digits of shapes, from 0 to 63. */
  readonly signs: string;
  /** each with the shapes of its assets, newest first. */
  readonly days: readonly DayShape[];
}

/** A file that describes the asset. */
export interface SidecarOf {
  /** of the file. */
  readonly name: string;
  /** `sidecar_xmp` or `takeout_json`. */
  readonly kind: string;
  /** its bytes. */
  readonly url: string;
}

/** How much it would be. */
export interface Size {
  /** how many of them the library has. */
  readonly assets: number;
  /** of their originals together; an archive adds some to each. */
  readonly size_bytes: number;
}

/** Where it stands, as `/api/v1/timeline/items` takes it. */
export interface Standing {
  /** as in the shape; another one means that the shape may be another by now. */
  readonly cursor: string;
  /** `YYYY-MM-DD`; null where this timeline does not show it: it is not in the library, a part of another, or not found by `q`. */
  readonly day: string | null;
  /** how many assets of that day come before it; null as above. */
  readonly offset: number | null;
}

/** How the text may go on, or what its end means. */
export interface Suggestion {
  /** what to put in the place of what stands between `from` and `to`. */
  readonly text: string;
  /** as people read it. */
  readonly value: string;
  /** of facet, or `field`, `value` of a field, or `date`: in words (`last summer`), or what the end of the text means (`2016-08-12`), with how much all of the text finds. */
  readonly kind: 'camera' | 'city' | 'country' | 'folder' | 'keyword' | 'lens' | 'person' | 'rating' | 'region' | 'type' | 'year' | 'date' | 'field' | 'value';
  /** how many have it; null where that is not counted. */
  readonly assets: number | null;
  /** where the last word or date begins, in code points of Unicode from 0. */
  readonly from: number;
  /** where it ends. */
  readonly to: number;
}

/** Ways in which the text may go on. */
export interface Suggestions {
  /** the likeliest first. */
  readonly suggestions: readonly Suggestion[];
}

/** When it was taken. */
export interface Taken {
  /** wall time there, ISO 8601 without offset. */
  readonly local: string | null;
  /** minutes ahead of UTC, where known. */
  readonly offset_min: number | null;
  /** ISO 8601 in UTC; without an offset it is `local` as read by the server's clock. */
  readonly instant: string | null;
  /** the tag, field or file that the time was read from. */
  readonly source: string | null;
  /** how sure it is, see [times](docs#times). */
  readonly certainty: string | null;
  /** what the source tells: `second`, `minute`, `day` and so on. */
  readonly precision: string | null;
}

/** Something wrong with the asset. */
export interface Trouble {
  /** as in the health list. */
  readonly code: 'broken_pair' | 'failed' | 'orphan_sidecar' | 'parked' | 'too_big' | 'truncated' | 'undated' | 'unreadable' | 'wrong_extension' | 'zero_byte';
  /** the code in words. */
  readonly sentence: string;
  /** more about this case. */
  readonly detail: string;
}

/** What to put into an archive: either `digests` or `query`. */
export interface Wanted {
  /** SHA-256 of each asset. */
  readonly digests?: readonly string[];
  /** all that this [search](docs#searching) finds. */
  readonly query?: string | null;
  /** SHA-256 of what is left out of what the search finds. */
  readonly without?: readonly string[];
  /** for what is too much for one archive: empty for the first of several, then `next` of the one before. Absent for one archive of all, which is refused where it is too much. */
  readonly cursor?: string | null;
  /** of the archive, without an ending. */
  readonly name?: string;
}

/** GET, by path. */
export interface Get {
  /** All that is known of one asset */
  readonly '/api/v1/assets/{digest}': {
    readonly path: { readonly digest: string };
    readonly query: None;
    readonly body: undefined;
    readonly answer: Asset;
  };
  /** The film of a Live Photo or motion photo */
  readonly '/api/v1/assets/{digest}/movie': {
    readonly path: { readonly digest: string };
    readonly query: { readonly download?: number };
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** The original, byte for byte */
  readonly '/api/v1/assets/{digest}/original': {
    readonly path: { readonly digest: string };
    readonly query: { readonly download?: number };
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** A picture of the asset */
  readonly '/api/v1/assets/{digest}/renditions/{kind}': {
    readonly path: { readonly digest: string; readonly kind: 'grid' | 'preview' | 'thumbnail' | 'poster' };
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** A sidecar of the asset, byte for byte */
  readonly '/api/v1/assets/{digest}/sidecars/{id}': {
    readonly path: { readonly digest: string; readonly id: number };
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** What this server can do */
  readonly '/api/v1/capabilities': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: Capabilities;
  };
  /** What has changed since a cursor */
  readonly '/api/v1/changes': {
    readonly path: None;
    readonly query: { readonly since?: string; readonly limit?: number };
    readonly body: undefined;
    readonly answer: Changes;
  };
  /** This description, for people */
  readonly '/api/v1/docs': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** The archive: a ZIP without compression */
  readonly '/api/v1/downloads/{key}': {
    readonly path: { readonly key: string };
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** The same, told as it happens */
  readonly '/api/v1/events': {
    readonly path: None;
    readonly query: { readonly since?: string };
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** The root folder of each library */
  readonly '/api/v1/folders': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: readonly FolderIn[];
  };
  /** A folder as it is on disk */
  readonly '/api/v1/folders/{id}': {
    readonly path: { readonly id: number };
    readonly query: { readonly cursor?: string; readonly limit?: number };
    readonly body: undefined;
    readonly answer: FolderAnswer;
  };
  /** What is wrong with the files */
  readonly '/api/v1/health': {
    readonly path: None;
    readonly query: { readonly code?: 'broken_pair' | 'failed' | 'orphan_sidecar' | 'parked' | 'too_big' | 'truncated' | 'undated' | 'unreadable' | 'wrong_extension' | 'zero_byte' | null; readonly cursor?: string; readonly limit?: number };
    readonly body: undefined;
    readonly answer: Health;
  };
  /** The libraries, and what is still to be done */
  readonly '/api/v1/libraries': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: Libraries;
  };
  /** The SHA-256 of each file of a library, for sha256sum -c */
  readonly '/api/v1/manifest': {
    readonly path: None;
    readonly query: { readonly library?: number | null; readonly q?: string };
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** Clusters of pictures in a part of the map */
  readonly '/api/v1/map': {
    readonly path: None;
    readonly query: { readonly west: number; readonly south: number; readonly east: number; readonly north: number; readonly zoom: number };
    readonly body: undefined;
    readonly answer: MapAnswer;
  };
  /** The user's own file of map tiles, if there is one */
  readonly '/api/v1/map/file': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: MapFileAnswer;
  };
  /** Assets in a part of the map, the one taken last first */
  readonly '/api/v1/map/items': {
    readonly path: None;
    readonly query: { readonly west: number; readonly south: number; readonly east: number; readonly north: number; readonly cursor?: string; readonly limit?: number };
    readonly body: undefined;
    readonly answer: Page;
  };
  /** Names of places in a part of the map */
  readonly '/api/v1/map/names': {
    readonly path: None;
    readonly query: { readonly west: number; readonly south: number; readonly east: number; readonly north: number; readonly zoom: number };
    readonly body: undefined;
    readonly answer: NamesAnswer;
  };
  /** That file, byte for byte */
  readonly '/api/v1/map/tiles': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** This description, for programs */
  readonly '/api/v1/openapi.json': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** How many files are still to be read, by day */
  readonly '/api/v1/pending': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: PendingShape;
  };
  /** The files that are still to be read, newest first */
  readonly '/api/v1/pending/items': {
    readonly path: None;
    readonly query: { readonly day?: string | null; readonly offset?: number; readonly limit?: number; readonly cursor?: string };
    readonly body: undefined;
    readonly answer: PendingItems;
  };
  /** A small picture of a file that is still to be read */
  readonly '/api/v1/pending/{id}/picture': {
    readonly path: { readonly id: number };
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
  /** Countries, regions and cities with pictures */
  readonly '/api/v1/places': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: PlacesAnswer;
  };
  /** Assets that a text finds */
  readonly '/api/v1/search': {
    readonly path: None;
    readonly query: { readonly q?: string; readonly order?: 'newest' | 'oldest'; readonly limit?: number; readonly cursor?: string; readonly typing?: boolean };
    readonly body: undefined;
    readonly answer: SearchPage;
  };
  /** How what a text finds divides by year, camera, place and so on */
  readonly '/api/v1/search/facets': {
    readonly path: None;
    readonly query: { readonly q?: string };
    readonly body: undefined;
    readonly answer: Facets;
  };
  /** How a text that is being written may go on */
  readonly '/api/v1/search/suggestions': {
    readonly path: None;
    readonly query: { readonly q: string; readonly limit?: number };
    readonly body: undefined;
    readonly answer: Suggestions;
  };
  /** The settings in force */
  readonly '/api/v1/settings': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: readonly SettingInForce[];
  };
  /** The shape of the whole library */
  readonly '/api/v1/timeline': {
    readonly path: None;
    readonly query: { readonly order?: 'local' | 'taken'; readonly q?: string };
    readonly body: undefined;
    readonly answer: Shape;
  };
  /** What stands at a place of the timeline */
  readonly '/api/v1/timeline/items': {
    readonly path: None;
    readonly query: { readonly day: string; readonly offset?: number; readonly limit?: number; readonly order?: 'local' | 'taken'; readonly q?: string };
    readonly body: undefined;
    readonly answer: Items;
  };
  /** Where an asset stands in the timeline */
  readonly '/api/v1/timeline/position': {
    readonly path: None;
    readonly query: { readonly digest: string; readonly order?: 'local' | 'taken'; readonly q?: string };
    readonly body: undefined;
    readonly answer: Standing;
  };
  /** Numbers for a monitor */
  readonly '/metrics': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: Bytes;
  };
}

/** POST, by path. */
export interface Post {
  /** Which of many contents the library lacks */
  readonly '/api/v1/assets/lookup': {
    readonly path: None;
    readonly query: None;
    readonly body: Lookup;
    readonly answer: LookedUp;
  };
  /** Have an archive of many originals made ready */
  readonly '/api/v1/downloads': {
    readonly path: None;
    readonly query: None;
    readonly body: Wanted;
    readonly answer: Promised;
  };
  /** How much many originals are */
  readonly '/api/v1/downloads/size': {
    readonly path: None;
    readonly query: None;
    readonly body: Wanted;
    readonly answer: Size;
  };
  /** Scan all libraries now */
  readonly '/api/v1/libraries/scan': {
    readonly path: None;
    readonly query: None;
    readonly body: undefined;
    readonly answer: Nothing;
  };
  /** Let go of files that a scan has missed in great number */
  readonly '/api/v1/libraries/{id}/confirm-removals': {
    readonly path: { readonly id: number };
    readonly query: None;
    readonly body: Confirmed;
    readonly answer: Removed;
  };
}
