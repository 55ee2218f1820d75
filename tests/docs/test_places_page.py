"""docs/places.md tells of the index that is there."""

from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "src/media_server/library/places/places.npz"


def test_the_index_is_the_one_described() -> None:
    page = (ROOT / "docs/places.md").read_text()
    assert f"`{sha256(INDEX.read_bytes()).hexdigest()}`" in page


def test_those_whose_data_it_is_are_named() -> None:
    for page in ("NOTICE", "README.md", "docs/places.md"):
        text = (ROOT / page).read_text()
        assert "GeoNames" in text
        assert "CC BY 4.0" in text or "Attribution 4.0" in text
