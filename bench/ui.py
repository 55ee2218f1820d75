"""The gallery in a real browser: a million assets, very many on one day, and a plain page.

Debian's chromium, driven by Playwright, without a graphics card: frames are drawn by the processor,
so they are compared with those of a plain page that shows the same pictures.
"""

import contextlib
import json
import os
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import CDPSession, Page, Route, sync_playwright

from api import Library, ensure, recipe, sample
from figure import Figure, at_most, times_at_least
from folder import Folder
from ingest import Bench
from server import MeasureError, Server
from watch import process_table, tree_of

WIDTH_PX, HEIGHT_PX = 1280, 800
OPENINGS = 5
FRESH_RUNS = 3
JUMPS = 9
SPEED_PX_S = 5_000
SCROLL_S = 30
PLAIN_S = 10
PLAIN_PICTURES = 6_000
PATIENCE_MS = 60_000
PLAIN = "/plain-page"
OF_ONE_DAY = 70_000
__all__ = ["OF_ONE_DAY", "ensure", "measure", "recipe"]

# Watches from the first moment on. `painted` is when all tiles under the eye have had their picture
# for a frame.
WATCH = """
(() => {
  const watch = window.__watch = {
    tasks: [], shift: 0, frames: [], running: false, nodes: 0, heap: 0, jumped: 0,
  };
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) watch.tasks.push(one.duration);
  }).observe({type: 'longtask', buffered: true});
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) watch.shift += one.value;
  }).observe({type: 'layout-shift', buffered: true});
  addEventListener('pointerdown', () => { watch.jumped = performance.now(); }, true);
  const tick = (now) => {
    if (watch.running) watch.frames.push(now);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  setInterval(() => {
    if (!watch.running) return;
    watch.nodes = Math.max(watch.nodes, document.querySelectorAll('*').length);
    watch.heap = Math.max(watch.heap, performance.memory?.usedJSHeapSize ?? 0);
  }, 500);
  watch.seen = () => [...document.querySelectorAll('a[data-position]')].filter((tile) => {
    const box = tile.getBoundingClientRect();
    return box.bottom > 60 && box.top < innerHeight && box.width > 0;
  });
  watch.painted = (not) => {
    const seen = watch.seen();
    if (seen.length < 6) return false;
    if (not !== null && seen.some((tile) => not.includes(tile.dataset.position))) return false;
    return seen.every((tile) => {
      const picture = tile.querySelector('img');
      return picture !== null && picture.complete && picture.naturalWidth > 0;
    });
  };
  watch.whenPainted = (not) => new Promise((settle) => {
    const look = () => {
      if (watch.painted(not)) requestAnimationFrame(() => settle(performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  });
})()
"""

# Whether a grid of at least so many can be scrolled over.
ALL_THERE = """(count) => {
  const told = document.querySelector('.count')?.textContent ?? '';
  return Number(told.replace(/\\D/g, '')) >= count
    && document.querySelectorAll('[data-position]').length > 6
    && document.documentElement.scrollHeight > 20 * innerHeight;
}"""


@dataclass(frozen=True, slots=True)
class Scroll:
    """What scrolling was like.

    Attributes:
        fps: frames in each whole second.
        longest_ms: of the tasks that held the main thread longer than 50 ms; 0 where none did.
        long_tasks: how many these were.
        nodes: most elements in the page. heap_mb: most memory of its scripts.
        went_px: how far it was scrolled, by the gallery's own reckoning where it has one.
    """

    fps: list[int]
    longest_ms: float
    long_tasks: int
    nodes: int
    heap_mb: float
    went_px: float


class Tab:
    """A page of a browser that has never been there."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self._at = f"http://127.0.0.1:{server.port}"
        self._talk: CDPSession = page.context.new_cdp_session(page)

    def open(self, path: str) -> float:
        """Milliseconds from the navigation until the pictures under the eye are painted."""
        self.page.goto(self._at + path, wait_until="commit")
        return float(self.page.evaluate("() => __watch.whenPainted(null)"))

    def jump(self, share: float) -> float:
        """The same, from the click into the scrubber, at a share of its height."""
        before = self.page.evaluate("() => __watch.seen().map((one) => one.dataset.position)")
        scrubber = self.page.get_by_role("slider", name="Date")
        box = scrubber.bounding_box()
        if box is None:
            raise MeasureError("ui: there is no scrubber")
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * share)
        waiting = "async (before) => (await __watch.whenPainted(before)) - __watch.jumped"
        took_ms = float(self.page.evaluate(waiting, before))
        self.page.mouse.move(WIDTH_PX / 2, HEIGHT_PX / 2)
        return took_ms

    def scroll(self, seconds: int) -> Scroll:
        """Scroll downwards at the same speed for so long."""
        begin = "{tasks: [], frames: [], nodes: 0, heap: 0, running: true}"
        self.page.evaluate(f"() => Object.assign(__watch, {begin})")
        first = self._first()
        self._talk.send(
            "Input.synthesizeScrollGesture",
            {
                "x": WIDTH_PX // 2,
                "y": HEIGHT_PX // 2,
                "yDistance": -SPEED_PX_S * seconds,
                "speed": SPEED_PX_S,
                "gestureSourceType": "mouse",
                "preventFling": True,
            },
        )
        found = self.page.evaluate("() => { __watch.running = false; return {...__watch}; }")
        frames = [at / 1000 for at in found["frames"]]
        began = frames[0]
        counted = [0] * int(frames[-1] - began)
        for at in frames:
            if int(at - began) < len(counted):
                counted[int(at - began)] += 1
        tasks = found["tasks"]
        return Scroll(
            counted,
            max(tasks, default=0.0),
            len(tasks),
            found["nodes"],
            found["heap"] / 1e6,
            self._first() - first,
        )

    def shift(self) -> float:
        """Cumulative layout shift up to now."""
        return float(self.page.evaluate("() => __watch.shift"))

    def longest_ms(self) -> float:
        """The longest task over 50 ms up to now; 0 where there was none."""
        return float(self.page.evaluate("() => Math.max(0, ...__watch.tasks)"))

    def plain(self, digests: list[str]) -> None:
        """Open a page of nothing but pictures."""
        images = "".join(
            f"<img loading=lazy decoding=async width=230 height=200 "
            f'src="/api/v1/assets/{one}/renditions/grid">'
            for one in digests
        )
        style = "<style>body{margin:0}img{margin:2px;object-fit:cover}</style>"

        def answer(route: Route) -> None:
            route.fulfill(content_type="text/html", body=f"<!doctype html>{style}{images}")

        self.page.route(f"**{PLAIN}", answer)
        self.page.goto(self._at + PLAIN)
        self.page.wait_for_function("() => document.images[0].complete")

    def _first(self) -> float:
        where = "() => { const one = __watch.seen()[0]; return one ? +one.dataset.position : 0; }"
        return float(self.page.evaluate(where))


@contextmanager
def browser_tab(server: Server) -> Iterator[Tab]:
    """A browser for one measurement.

    Raises:
        MeasureError: there is no chromium.
    """
    program = shutil.which("chromium")
    if program is None:
        raise MeasureError("ui: chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--enable-precise-memory-info"]
        )
        try:
            _join_priority()
            context = browser.new_context(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
            context.set_default_timeout(PATIENCE_MS)
            context.add_init_script(WATCH)
            yield Tab(context.new_page(), server)
        finally:
            browser.close()


def opening_figures(bench: Bench, library: Library, name: str) -> Iterator[Figure]:
    """From the navigation to the first rows of pictures."""
    took_ms, shifts, tasks_ms = [], [], []
    with library.served(bench) as server:
        time.sleep(1)
        for _ in range(OPENINGS):
            with browser_tab(server) as tab:
                took_ms.append(tab.open("/"))
                time.sleep(1)
                shifts.append(tab.shift())
                tasks_ms.append(tab.longest_ms())
    yield Figure(f"{name}: first rows painted", "ms", took_ms, at_most(1500))
    yield Figure(f"{name}: longest task while it starts", "ms", tasks_ms, at_most(50))
    yield Figure(f"{name}: layout shift", "", [max(shifts)], at_most(0.02))


def jump_figures(bench: Bench, library: Library, name: str) -> Iterator[Figure]:
    """Jumps to all parts of the library."""
    with library.served(bench) as server, browser_tab(server) as tab:
        tab.open("/")
        took_ms = []
        for at in range(JUMPS):
            # Not first to the top, where it stands already: nothing would come.
            took_ms.append(tab.jump(((at + 1) * 4 % JUMPS + 0.5) / JUMPS))
            time.sleep(0.5)
    yield Figure(f"{name}: jump painted", "ms", took_ms, at_most(300))
    yield Figure(f"{name}: the slowest jump", "ms", [max(took_ms)])


def scroll_figures(bench: Bench, library: Library, name: str) -> Iterator[Figure]:
    """Scrolling for long, and a plain page of the same pictures."""
    with library.served(bench) as server:
        with browser_tab(server) as tab:
            tab.open("/")
            time.sleep(1)
            own = tab.scroll(SCROLL_S)
        with browser_tab(server) as tab:
            tab.plain(sample(server)[:PLAIN_PICTURES])
            time.sleep(1)
            plain = tab.scroll(PLAIN_S)
    if own.went_px <= 0:
        raise MeasureError(f"{name}: nothing was scrolled")
    fps = statistics.median(own.fps)
    yield Figure(f"{name}: frames a second while scrolling", "/s", [fps], times_at_least(0.9),
                 "plain page", [statistics.median(plain.fps)])  # fmt: skip
    yield Figure(f"{name}: longest task while scrolling", "ms", [own.longest_ms], at_most(50),
                 "plain page", [plain.longest_ms])  # fmt: skip
    yield Figure(f"{name}: tasks over 50 ms", "", [own.long_tasks], at_most(0),
                 "plain page", [plain.long_tasks])  # fmt: skip
    yield Figure(f"{name}: elements in the page", "", [own.nodes], at_most(2000))
    yield Figure(f"{name}: memory of scripts", "MB", [own.heap_mb], at_most(150))


def size_figures() -> Iterator[Figure]:
    """What must be loaded before the first picture, as the build has counted it."""
    import gzip

    import media_server

    built = Path(media_server.__file__).parent / "web" / "static"
    if not built.is_dir():
        raise MeasureError("ui: the gallery was not built")
    page = (built / "index.html").read_text()
    names = [one.name for one in (built / "assets").iterdir() if one.name in page]
    loaded = sum(len(gzip.compress((built / "assets" / name).read_bytes())) for name in names)
    yield Figure("scripts and styles of the first load, gzipped", "kB", [loaded / 1e3], at_most(90))


def _join_priority() -> None:
    """Give the browser the priority that `--nice` has given to all else that is measured.

    It has a session of its own, and Linux shares the processor among sessions first.
    """
    group = Path("/proc/self/autogroup")
    nice = group.read_text().rpartition("nice ")[2].strip() if group.exists() else "0"
    if nice == "0":
        return
    for pid in tree_of(os.getpid(), process_table()):
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/autogroup").write_text(nice)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a folder that nobody has seen yet was like, in seconds from the end of the walk.

    Attributes:
        scrolls_s: until there is a grid that scrolls over all of it.
        pictured_s: until all that is under the eye has its picture.
        left: how many files nobody had read when it scrolled.
    """

    scrolls_s: float
    pictured_s: float
    left: int


def _fresh(bench: Bench, folder: Folder, *, before: bool) -> Fresh:
    """One run. `before`: whether the page is open while the walk runs."""
    data_dir = bench.work / "fresh-data"
    shutil.rmtree(data_dir, ignore_errors=True)
    count = len(folder.files)
    with (
        bench.serve(folder.path, data_dir, "--rescan_interval", "0") as server,
        browser_tab(server) as tab,
    ):
        page, address = tab.page, f"http://127.0.0.1:{server.port}/"
        if before:
            page.goto(address, wait_until="commit")
        for health in server.progress():
            if health.knows(count):
                break
        known = time.perf_counter()
        if not before:
            page.goto(address, wait_until="commit")
        page.wait_for_function(ALL_THERE, arg=count * 0.99)
        scrolls_s = time.perf_counter() - known
        left = json.loads(server.get("/healthz").body)["counts"]["unhashed"]
        page.evaluate("() => __watch.whenPainted(null)")
        return Fresh(scrolls_s, time.perf_counter() - known, left)


def fresh_figures(bench: Bench, folder: Folder) -> Iterator[Figure]:
    """A folder that nobody has seen yet: from the end of the walk to a grid that scrolls."""
    for name, before in (("opened then", False), ("open before", True)):
        runs = [_fresh(bench, folder, before=before) for _ in range(FRESH_RUNS)]
        took_s = [one.scrolls_s for one in runs]
        yield Figure(f"fresh files, {name}: a grid that scrolls", "s", took_s, at_most(2))
        yield Figure(f"fresh files, {name}: pictures", "s", [one.pictured_s for one in runs])
        yield Figure(f"fresh files, {name}: not read by then", "", [one.left for one in runs])


def measure(bench: Bench, data_dir: Path, day_dir: Path, fresh: Folder) -> list[Iterator[Figure]]:
    """The parts, each by itself."""
    libraries = (("all", Library.at(data_dir)), ("one day", Library.at(day_dir)))
    parts = [size_figures()]
    for name, library in libraries:
        parts += [
            opening_figures(bench, library, name),
            jump_figures(bench, library, name),
            scroll_figures(bench, library, name),
        ]
    return [*parts, fresh_figures(bench, fresh)]
