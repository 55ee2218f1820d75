"""Somebody's twenty years of photos, made up: what each file is called, and what it says.

Only the facts are made, no files. The same recipe gives the same life: every choice comes from one
seeded generator, in one order. Used by `million.py`.

Where the shape is from: more photos each year, weekends and holidays above weekdays, journeys far
above both, seconds between the pictures of one scene; phones for most, cameras for journeys.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha1, sha256
from typing import NamedTuple

from media_server.media.facts import Fact
from media_server.media.reading import Failure, Outcome, Reading

LIBRARIES = ("Phones", "Cameras", "Family")
PHONES, CAMERAS, FAMILY = range(3)
FIRST_YEAR, LAST_YEAR = 2006, 2025
FULL_DAY = dt.date(2019, 6, 15)

COPIES = 0.05  # of all assets have a second file
LIVE = 0.12  # of iPhone photos have a film
RAW = 0.06  # of camera photos have a RAW beside them
UNPICTURED = 0.001
UNREADABLE = 0.0002
REMOVED_OF = 300  # one for so many


class Place(NamedTuple):
    """Somewhere to be; `spread` in degrees, `offset_min` of its clocks in winter."""

    name: str
    latitude: float
    longitude: float
    offset_min: int
    spread: float


HOME = Place("Home", 47.9959, 7.8522, 60, 0.0004)
TOWN = Place("Town", 47.9990, 7.8421, 60, 0.025)
REGION = Place("Region", 48.1, 7.9, 60, 0.5)
JOURNEYS = (
    Place("Lisbon", 38.7139, -9.1394, 0, 0.06),
    Place("Paris", 48.8584, 2.2945, 60, 0.05),
    Place("Rome", 41.8902, 12.4922, 60, 0.04),
    Place("London", 51.5007, -0.1246, 0, 0.07),
    Place("Crete", 35.3387, 25.1442, 120, 0.4),
    Place("Mallorca", 39.5696, 2.6502, 60, 0.3),
    Place("Lofoten", 68.2344, 14.5683, 60, 0.5),
    Place("Iceland", 64.1466, -21.9426, 0, 1.2),
    Place("Edinburgh", 55.9533, -3.1883, 0, 0.2),
    Place("Dolomites", 46.4102, 11.8440, 60, 0.3),
    Place("Vienna", 48.2082, 16.3738, 60, 0.05),
    Place("Prague", 50.0755, 14.4378, 60, 0.04),
    Place("Copenhagen", 55.6761, 12.5683, 60, 0.06),
    Place("Bretagne", 48.2020, -2.9326, 60, 0.7),
    Place("Istanbul", 41.0082, 28.9784, 180, 0.1),
    Place("Marrakech", 31.6295, -7.9811, 60, 0.3),
    Place("Cape Town", -33.9249, 18.4241, 120, 0.4),
    Place("Nairobi", -1.2921, 36.8219, 180, 1.5),
    Place("New York", 40.7580, -73.9855, -300, 0.08),
    Place("San Francisco", 37.8199, -122.4783, -480, 0.6),
    Place("Yellowstone", 44.4280, -110.5885, -420, 0.8),
    Place("Vancouver", 49.2827, -123.1207, -480, 0.5),
    Place("Havana", 23.1136, -82.3666, -300, 0.5),
    Place("Cusco", -13.5320, -71.9675, -300, 0.6),
    Place("Patagonia", -50.9423, -73.4068, -240, 0.9),
    Place("Rio", -22.9519, -43.2105, -180, 0.2),
    Place("Tokyo", 35.6595, 139.7005, 540, 0.15),
    Place("Kyoto", 35.0116, 135.7681, 540, 0.1),
    Place("Kathmandu", 27.7172, 85.3240, 345, 0.5),
    Place("Delhi", 28.6562, 77.2410, 330, 0.9),
    Place("Bangkok", 13.7563, 100.5018, 420, 0.6),
    Place("Bali", -8.4095, 115.1889, 480, 0.3),
    Place("Sydney", -33.8568, 151.2153, 600, 0.3),
    Place("South Island", -44.0046, 170.4771, 720, 1.3),
    Place("Samoa", -13.7590, -172.1046, 780, 0.2),
)


class Device(NamedTuple):
    """What takes pictures, and in which years."""

    make: str
    model: str
    lenses: tuple[tuple[str, float, int, float], ...]  # name, focal length, the same in 35 mm, f
    first: int
    last: int
    style: str  # of its file names
    long_px: int
    short_px: int


def _phone(make: str, model: str, first: int, style: str, focal_mm: float, long_px: int) -> Device:
    lens = (f"{model} back camera {focal_mm}mm f/1.8", focal_mm, 26, 1.8)
    wide = (f"{model} back camera 1.6mm f/2.2", 1.6, 13, 2.2)
    short_px = long_px * 3 // 4
    return Device(make, model, (lens, wide), first, first + 3, style, long_px, short_px)


_KIT = ("EF-S18-55mm f/3.5-5.6 IS", 35.0, 56, 5.6)
_FIFTY = ("EF50mm f/1.8 STM", 50.0, 80, 1.8)
_TELE = ("FE 70-200mm F4 G OSS", 135.0, 135, 4.0)
_WIDE = ("FE 16-35mm F4 ZA OSS", 20.0, 20, 4.0)
_NIKKOR = ("18.0-135.0 mm f/3.5-5.6", 50.0, 75, 5.6)
_NIKKOR_FX = ("24.0-120.0 mm f/4.0", 70.0, 70, 4.0)
_ZUIKO = ("OLYMPUS M.14-42mm F3.5-5.6 EZ", 25.0, 50, 5.6)
_XF = ("XF23mmF2 R WR", 23.0, 35, 2.0), ("XF56mmF1.2 R", 56.0, 84, 1.2)
_POWERSHOT = ("7.3-29.2 mm", 7.3, 35, 2.8)
_LUMIX = ("25-300mm", 4.1, 25, 3.3)
_COMPACT = ("28-100mm F1.8-4.9", 10.4, 28, 1.8)
_UNNAMED = ("", 4.5, 24, 2.8)
_CAMERAS = (
    Device("Canon", "Canon PowerShot A620", (_POWERSHOT,), 2006, 2010, "IMG_", 3072, 2304),
    Device("Canon", "Canon EOS 400D DIGITAL", (_KIT, _FIFTY), 2006, 2011, "IMG_", 3888, 2592),
    Device("NIKON CORPORATION", "NIKON D80", (_NIKKOR,), 2007, 2012, "DSC_", 3872, 2592),
    Device("NIKON CORPORATION", "NIKON D750", (_NIKKOR_FX,), 2015, 2021, "DSC_", 6016, 4016),
    Device("SONY", "DSC-RX100", (_COMPACT,), 2012, 2018, "DSC0", 5472, 3648),
    Device("SONY", "ILCE-6400", (_TELE, _WIDE), 2019, 2025, "DSC0", 6000, 4000),
    Device("SONY", "ILCE-7M3", (_TELE, _WIDE), 2018, 2025, "DSC0", 6000, 4000),
    Device("Panasonic", "DMC-TZ7", (_LUMIX,), 2009, 2014, "P", 3648, 2736),
    Device("FUJIFILM", "X-T20", _XF, 2017, 2024, "DSCF", 6000, 4000),
    Device("OLYMPUS CORPORATION", "E-M10MarkII", (_ZUIKO,), 2015, 2020, "P", 4608, 3456),
    Device("GoPro", "HERO7 Black", (_UNNAMED,), 2018, 2023, "GOPR", 4000, 3000),
    Device("DJI", "FC3170", (_UNNAMED,), 2020, 2025, "DJI_", 4000, 3000),
    Device("Nokia", "6280", (_UNNAMED,), 2006, 2009, "Image", 1600, 1200),
    Device("Sony Ericsson", "K800i", (_UNNAMED,), 2007, 2010, "DSC0", 2048, 1536),
)
_PHONES = (
    _phone("Apple", "iPhone 3GS", 2009, "IMG_", 3.9, 2048),
    _phone("Apple", "iPhone 4S", 2011, "IMG_", 4.3, 3264),
    _phone("Apple", "iPhone 5s", 2013, "IMG_", 4.2, 3264),
    _phone("Apple", "iPhone 6s", 2015, "IMG_", 4.2, 4032),
    _phone("Apple", "iPhone 8", 2017, "IMG_", 4.0, 4032),
    _phone("Apple", "iPhone 11", 2019, "IMG_", 4.3, 4032),
    _phone("Apple", "iPhone 13 Pro", 2021, "IMG_", 5.7, 4032),
    _phone("Apple", "iPhone 15 Pro", 2023, "IMG_", 6.8, 5712),
    _phone("Google", "Pixel 2", 2017, "PXL_", 4.4, 4032),
    _phone("Google", "Pixel 4a", 2020, "PXL_", 4.4, 4032),
    _phone("Google", "Pixel 6", 2021, "PXL_", 6.8, 4080),
    _phone("Google", "Pixel 8", 2023, "PXL_", 6.9, 4080),
    _phone("samsung", "GT-I9100", 2011, "", 4.0, 3264),
    _phone("samsung", "SM-G900F", 2014, "", 4.8, 5312),
    _phone("samsung", "SM-G960F", 2018, "", 4.3, 4032),
    _phone("samsung", "SM-G991B", 2021, "", 5.4, 4000),
)
DEVICES = _CAMERAS + _PHONES
PHONE_MAKES = frozenset({"Apple", "Google", "samsung", "Nokia", "Sony Ericsson"})

_NAMES = """
Anna Ben Clara David Emma Felix Greta Hannes Ida Jonas Katrin Lukas Mia Noah Oma Opa Paula Quentin
Rosa Simon Tilda Ursula Viktor Wanda Yusuf Zoë 美咲 Олег
"""
_SUBJECTS = """
beach mountain sunset sunrise snow forest lake river city night portrait family birthday wedding
christmas easter garden flower tree dog cat horse bird insect food cake dinner party concert museum
church bridge harbour boat train plane car bicycle hiking skiing swimming climbing running school
work house kitchen balcony market street cloud rain fog storm rainbow moon stars fireworks macro
panorama black-and-white best print
"""
_TALK = """
the old harbour at dusk with all of us before the rain after a long walk up to the castle where we
had lunch under the big tree and waited for the boat home happy tired children playing in the sand
first steps grandmother laughing new house last day of school
"""
PEOPLE, KEYWORDS, WORDS = _NAMES.split(), _SUBJECTS.split(), _TALK.split()

Ratio = tuple[int, int]
"""Width and height of the small picture for the timeline."""
GRID_PX = 320


def grid_size(width_px: int | None, height_px: int | None) -> Ratio:
    """Size of the timeline's picture; edges in steps of 8, so that few pictures serve for many."""
    if not width_px or not height_px:
        return (GRID_PX, GRID_PX)
    if width_px >= height_px:
        return GRID_PX, max(32, round(GRID_PX * height_px / width_px / 8) * 8)
    return max(32, round(GRID_PX * width_px / height_px / 8) * 8), GRID_PX


@dataclass(frozen=True, slots=True)
class Shot:
    """One asset, and where its file lies.

    Attributes:
        copies: further files that hold it: library, folder and name.
        failed: why it has no picture.
        removed: whether its file goes again.
    """

    number: int
    digest: bytes
    sha1: bytes
    library: int
    folder: str
    name: str
    size_bytes: int
    mtime_ns: int
    outcome: Outcome
    failed: Failure | None = None
    removed: bool = False
    copies: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """Equal recipes make equal lives.

    Attributes:
        assets: how many are listed in the end.
        one_day: so many of them on one day.
        seed: another one makes another life of the same shape.
    """

    assets: int = 1_000_000
    one_day: int = 0
    seed: int = 1

    @property
    def removed(self) -> int:
        """How many come and go."""
        return self.assets // REMOVED_OF


@dataclass(frozen=True, slots=True)
class _Day:
    date: dt.date
    shots: int
    journey: Place | None


class Life:
    """Makes the shots of a recipe, the newest day first. To be gone through once."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._random = random.Random(recipe.seed)
        self._number = 0
        self._counters = dict.fromkeys((device.model for device in DEVICES), 0)
        self._names: set[tuple[int, str, str]] = set()
        self._said: dict[str, list[list[Fact]]] = {}

    def days(self) -> Iterator[list[Shot]]:
        """The shots of each day."""
        left = self._recipe.assets + self._recipe.removed
        gone = self._recipe.removed
        for day in self._plan(left):
            shots = []
            for shot in self._shots(day, min(day.shots, left)):
                if gone and self._random.random() < 1.2 / REMOVED_OF and _single(shot):
                    gone -= 1
                    shot = _removed(shot)
                shots.append(shot)
            left -= len(shots)
            yield shots

    def _plan(self, total: int) -> list[_Day]:
        """How much happens on which day, the newest first."""
        rng = self._random
        first, last = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)
        dates = [first + dt.timedelta(days=at) for at in range((last - first).days + 1)]
        journeys = self._journeys(dates)
        weights = []
        for date in dates:
            weight = 1.0 + 0.45 * (date.year - FIRST_YEAR)
            weight *= 2.5 if date.weekday() >= 5 else 1.0
            weight *= 1.8 if date.month in (7, 8) else 1.0
            weight *= 3.0 if date.month == 12 and date.day in (24, 25, 26, 31) else 1.0
            weight *= 7.0 if date in journeys else 1.0
            weights.append(weight * rng.lognormvariate(0, 0.7))
        one_day = self._recipe.one_day
        scale = (total - one_day) / sum(weights)
        counts = [int(weight * scale + rng.random()) for weight in weights]
        days = [
            _Day(date, count + (one_day if date == FULL_DAY else 0), journeys.get(date))
            for date, count in zip(dates, counts, strict=True)
        ]
        # What rounding left goes to the newest days.
        short = total - sum(day.shots for day in days)
        days[-1] = _Day(dates[-1], max(0, days[-1].shots + short), journeys.get(dates[-1]))
        return days[::-1]

    def _journeys(self, dates: list[dt.date]) -> dict[dt.date, Place]:
        found: dict[dt.date, Place] = {}
        for _ in range(4 * (LAST_YEAR - FIRST_YEAR + 1)):
            begins = self._random.randrange(len(dates))
            place = self._random.choice(JOURNEYS)
            for date in dates[begins : begins + self._random.randint(3, 15)]:
                found[date] = place
        return found

    def _shots(self, day: _Day, count: int) -> Iterator[Shot]:
        """The shots of one day; pairs count as two."""
        rng = self._random
        devices = [one for one in DEVICES if one.first <= day.date.year <= one.last]
        phones = [one for one in devices if one.make in PHONE_MAKES]
        cameras = [one for one in devices if one.make not in PHONE_MAKES]
        for moment in self._moments(day.date, count):
            if count <= 0:
                return
            if rng.random() < 0.06:
                made = [self._received(moment)]
            elif cameras and rng.random() < (0.55 if day.journey else 0.3):
                made = self._photographed(rng.choice(cameras), moment, day, count)
            else:
                made = self._photographed(rng.choice(phones or devices), moment, day, count)
            count -= len(made)
            yield from made

    def _moments(self, date: dt.date, count: int) -> list[dt.datetime]:
        """When the shutter went: scenes of some pictures with seconds between."""
        rng, noon = self._random, dt.datetime.combine(date, dt.time(14))
        found: list[dt.datetime] = []
        at_s = 0.0
        for _ in range(count):
            if not found or rng.random() < 0.3:
                at_s = max(-43_000.0, min(35_000.0, rng.gauss(0, 12_000)))
            else:
                at_s = min(35_990.0, at_s + rng.uniform(0.5, 60))
            found.append(noon + dt.timedelta(milliseconds=int(at_s * 1000)))
        return sorted(found)

    def _photographed(
        self, device: Device, moment: dt.datetime, day: _Day, most: int
    ) -> list[Shot]:
        rng = self._random
        place = day.journey or self._near_home()
        phone = device.make in PHONE_MAKES
        library = PHONES if phone else CAMERAS
        folder = _folder(phone, moment, day.journey)
        stem = self._stem(device, moment, library, folder)
        apple = device.make == "Apple" and moment.year >= 2015
        film = rng.random() < 0.095
        facts = self._facts(device, moment, place, film=film)
        if film:
            return [self._film(device, moment, (library, folder, stem), facts)]
        if apple and most > 1 and rng.random() < LIVE:
            return self._live(device, moment, (library, folder, stem), facts)
        extension, mime = ("HEIC", "image/heic") if apple else ("JPG", "image/jpeg")
        if phone and device.make != "Apple":
            extension = "jpg"
        size = self._size(device, phone)
        weight = size[0] * size[1] * rng.uniform(0.15, 0.4)
        shot = self._shot(
            (library, folder, f"{stem}.{extension}"), moment, weight, self._read(mime, size, facts)
        )
        if phone or device.style != "DSC0" or most < 2 or rng.random() > 3 * RAW:
            return [shot]
        raw = self._read("image/x-sony-arw", size, facts)
        return [shot, self._shot((library, folder, f"{stem}.ARW"), moment, 25e6, raw)]

    def _film(
        self, device: Device, moment: dt.datetime, at: tuple[int, str, str], facts: list[Fact]
    ) -> Shot:
        rng = self._random
        library, folder, stem = at
        duration_s = round(rng.lognormvariate(2.7, 1.0), 2)
        size = (1920, 1080) if moment.year < 2018 or rng.random() < 0.4 else (3840, 2160)
        size = size[::-1] if device.make in PHONE_MAKES and rng.random() < 0.4 else size
        extension, mime = ("mp4", "video/mp4")
        if device.make == "Apple":
            extension, mime = ("MOV", "video/quicktime")
        more = [
            *facts,
            Fact("duration_s", duration_s, "QuickTime:Duration"),
            Fact("video_codec", "hevc" if size[0] * size[1] > 4e6 else "h264", "stream"),
            Fact("audio_codec", "aac", "stream"),
            Fact("frame_rate", 30.0, "stream"),
        ]
        name = (library, folder, f"{stem}.{extension}")
        return self._shot(name, moment, duration_s * 2.1e6, self._read(mime, size, more))

    def _live(
        self, device: Device, moment: dt.datetime, at: tuple[int, str, str], facts: list[Fact]
    ) -> list[Shot]:
        library, folder, stem = at
        tie = Fact("content_id", f"{self._random.getrandbits(128):032X}", "Apple:ContentIdentifier")
        size = self._size(device, phone=True)
        still = self._read("image/heic", size, [*facts, tie])
        film = self._read(
            "video/quicktime",
            (1440, 1080) if size[0] > size[1] else (1080, 1440),
            [*facts, tie, Fact("duration_s", 2.8, "QuickTime:Duration")],
        )
        return [
            self._shot((library, folder, f"{stem}.HEIC"), moment, 1.9e6, still),
            self._shot((library, folder, f"{stem}.MOV"), moment, 3.1e6, film),
        ]

    def _received(self, moment: dt.datetime) -> Shot:
        """What came by a messenger, a screenshot, a scan: without anything but a name."""
        rng = self._random
        kind = rng.random()
        if moment.year >= 2012 and kind < 0.6:
            name, size = f"IMG-{moment:%Y%m%d}-WA{rng.randrange(10_000):04}", (1600, 1200)
            folder, extension = f"WhatsApp/{moment:%Y}", "jpg"
            size = size if kind < 0.3 else size[::-1]
        elif moment.year >= 2010 and kind < 0.85:
            name, size = f"Screenshot_{moment:%Y%m%d-%H%M%S}", (1080, 2400)
            folder, extension = f"Screenshots/{moment:%Y}", "png"
        else:
            name, size = f"scan{rng.randrange(100_000):05}", (3000, rng.randrange(1800, 4400))
            folder, extension = f"Scans/Box {rng.randrange(1, 120):03}", "jpg"
        stem = self._free(FAMILY, folder, name)
        read = self._read("image/png" if extension == "png" else "image/jpeg", size, [])
        return self._shot((FAMILY, folder, f"{stem}.{extension}"), moment, 4e5, read)

    def _near_home(self) -> Place:
        chance = self._random.random()
        return HOME if chance < 0.45 else TOWN if chance < 0.85 else REGION

    def _facts(
        self, device: Device, moment: dt.datetime, place: Place, *, film: bool
    ) -> list[Fact]:
        """What a file says: the camera, the moment, often the place, seldom more."""
        rng = self._random
        summer = place.offset_min == 60 and 4 <= moment.month <= 10
        offset_min = place.offset_min + (60 if summer else 0)
        knows_zone = device.make in PHONE_MAKES and moment.year >= 2015
        said = moment.replace(microsecond=0).isoformat()
        if knows_zone:
            hours, minutes = divmod(abs(offset_min), 60)
            said += f"{'-' if offset_min < 0 else '+'}{hours:02}:{minutes:02}"
        source = "QuickTime:CreationDate" if film else "EXIF:DateTimeOriginal"
        facts = [Fact("captured", said, source), *rng.choice(self._said_by(device))]
        if rng.random() < (0.85 if device.make in PHONE_MAKES else 0.45) and moment.year >= 2008:
            utc = moment - dt.timedelta(minutes=offset_min)
            north = round(place.latitude + rng.gauss(0, place.spread), 6)
            east = round(place.longitude + rng.gauss(0, place.spread), 6)
            facts += (
                Fact("latitude", north, "EXIF:GPSLatitude"),
                Fact("longitude", east, "EXIF:GPSLongitude"),
                Fact("altitude_m", round(abs(rng.gauss(280, 200)), 1), "EXIF:GPSAltitude"),
                Fact("captured_utc", f"{utc:%Y-%m-%dT%H:%M:%S}+00:00", "EXIF:GPSDateTime"),
            )
        facts += self._words(place)
        return facts

    def _words(self, place: Place) -> list[Fact]:
        """What people wrote: on some."""
        rng, facts = self._random, []
        if rng.random() < 0.1:
            facts.append(Fact("rating", rng.choice((1, 2, 3, 3, 4, 4, 5)), "XMP:Rating"))
        if rng.random() < 0.03:
            facts.append(Fact("title", f"{place.name}, {rng.choice(KEYWORDS)}", "XMP:title"))
        if rng.random() < 0.03:
            text = " ".join(rng.choices(WORDS, k=rng.randint(5, 25)))
            facts.append(Fact("description", text, "XMP:description"))
        if rng.random() < 0.15:
            words = rng.sample(KEYWORDS, rng.randint(1, 5))
            facts += (Fact("keyword", word, "XMP:subject") for word in words)
        if rng.random() < 0.12:
            names = rng.sample(PEOPLE, rng.randint(1, 3))
            facts += (Fact("person", name, "XMP:PersonInImage") for name in names)
        return facts

    def _said_by(self, device: Device) -> list[list[Fact]]:
        """What the device says of itself and of its settings, in some variants."""
        variants = self._said.get(device.model)
        if variants is None:
            variants = self._said[device.model] = []
            for name, focal_mm, focal_35mm, f_number in device.lenses:
                for exposure_s in (0.001, 0.004, 0.008, 0.0166, 0.04):
                    for iso in (64, 100, 400, 1600):
                        facts = [
                            Fact("make", device.make, "EXIF:Make"),
                            Fact("model", device.model, "EXIF:Model"),
                            Fact("exposure_s", exposure_s, "EXIF:ExposureTime"),
                            Fact("f_number", f_number, "EXIF:FNumber"),
                            Fact("iso", iso, "EXIF:ISO"),
                            Fact("focal_length_mm", focal_mm, "EXIF:FocalLength"),
                        ]
                        if name:
                            facts.append(Fact("lens", name, "EXIF:LensModel"))
                        if focal_35mm:
                            facts.append(
                                Fact("focal_length_35mm", focal_35mm, "EXIF:FocalLengthIn35mmFilm")
                            )
                        variants.append(facts)
        return variants

    def _size(self, device: Device, phone: bool) -> tuple[int, int]:
        """Width and height: as the sensor has it, upright, square, 16:9, a panorama, cut."""
        rng, chance = self._random, self._random.random()
        long_px, short_px = device.long_px, device.short_px
        if chance < 0.62:
            return (long_px, short_px)
        if chance < 0.90:
            return (short_px, long_px)
        if chance < 0.925:
            return (short_px, short_px)
        if chance < 0.96:
            return (
                (long_px, long_px * 9 // 16) if rng.random() < 0.6 else (long_px * 9 // 16, long_px)
            )
        if chance < 0.975 and phone:
            return (short_px * rng.randint(20, 48) // 10, short_px)
        return (round(long_px * rng.uniform(0.4, 1)), round(short_px * rng.uniform(0.4, 1)))

    def _stem(self, device: Device, moment: dt.datetime, library: int, folder: str) -> str:
        count = self._counters[device.model] = (self._counters[device.model] - 1) % 10_000
        match device.style:
            case "PXL_":
                stem = f"PXL_{moment:%Y%m%d_%H%M%S}{moment.microsecond // 1000:03}"
            case "":
                stem = f"{moment:%Y%m%d_%H%M%S}"
            case "P":
                stem = f"P{moment.month:X}{moment.day:02}{count:04}"
            case style:
                stem = f"{style}{count:04}"
        return self._free(library, folder, stem)

    def _free(self, library: int, folder: str, stem: str) -> str:
        """The stem, with a number behind where it is taken in that folder."""
        free, number = stem, 1
        while (library, folder, free) in self._names:
            number += 1
            free = f"{stem} ({number})"
        self._names.add((library, folder, free))
        return free

    def _read(self, mime: str, size: tuple[int, int], facts: list[Fact]) -> Outcome:
        captured = next((one.value for one in facts if one.source == "EXIF:DateTimeOriginal"), None)
        local, offset_min = None, None
        if isinstance(captured, str):
            local, zone = captured[:19], captured[19:]
            if zone:
                offset_min = int(zone[1:3]) * 60 + int(zone[4:6])
                offset_min = -offset_min if zone[0] == "-" else offset_min
        return Reading(
            mime,  # type: ignore[arg-type]  # one of the table's
            size[0],
            size[1],
            1,
            local,
            offset_min,
            "EXIF:DateTimeOriginal" if local else None,
            None,
            facts,
        )

    def _shot(
        self, at: tuple[int, str, str], moment: dt.datetime, weight: float, outcome: Outcome
    ) -> Shot:
        rng = self._random
        number = self._number = self._number + 1
        content = b"%d:%d" % (self._recipe.seed, number)
        mtime = moment.replace(tzinfo=dt.UTC)
        mtime_ns = (int(mtime.timestamp()) * 1_000 + moment.microsecond // 1_000) * 1_000_000
        failed = None
        if (chance := rng.random()) < UNREADABLE:
            outcome = failed = Failure("unrecognised", "not a picture")
        elif chance < UNREADABLE + UNPICTURED:
            failed = Failure("truncated", "the file ends too early")
        copies: tuple[tuple[int, str, str], ...] = ()
        if rng.random() < COPIES:
            folder = f"Backup/{LIBRARIES[at[0]]}/{moment:%Y}"
            stem, _, extension = at[2].rpartition(".")
            copies = ((FAMILY, folder, f"{self._free(FAMILY, folder, stem)}.{extension}"),)
        return Shot(
            number,
            sha256(content).digest(),
            sha1(content).digest(),
            *at,
            int(weight),
            mtime_ns,
            outcome,
            failed,
            copies=copies,
        )


def _folder(phone: bool, moment: dt.datetime, journey: Place | None) -> str:
    if phone:
        return f"{moment:%Y}/{moment:%m}"
    if journey:
        return f"{moment:%Y}/{moment:%Y-%m} {journey.name}"
    if moment.weekday() >= 5:
        return f"{moment:%Y}/{moment:%Y-%m-%d}"
    return f"{moment:%Y}/{moment:%Y-%m} everyday"


def _single(shot: Shot) -> bool:
    return (
        not shot.copies
        and isinstance(shot.outcome, Reading)
        and not any(fact.name == "content_id" for fact in shot.outcome.facts)
    )


def _removed(shot: Shot) -> Shot:
    return replace(shot, removed=True)
