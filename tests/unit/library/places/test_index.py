"""Where well-known places are, and positions beside borders."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_server.library import places
from media_server.library.places import find_place, names_within, place_at
from media_server.model.country import codes

SOUTH_EAST = "Provence-Alpes-Côte d'Azur"
# Name, latitude, longitude, country, region, city.
KNOWN: list[tuple[str, float, float, str, str | None, str]] = [
    ("Eiffel Tower", 48.8584, 2.2945, "FR", "Île-de-France", "Paris"),
    ("Louvre", 48.8606, 2.3376, "FR", "Île-de-France", "Paris"),
    ("Sacré-Cœur", 48.8867, 2.3431, "FR", "Île-de-France", "Paris"),
    ("Vanves, town hall", 48.8213, 2.2876, "FR", "Île-de-France", "Vanves"),
    ("Palace of Versailles", 48.8049, 2.1204, "FR", "Île-de-France", "Versailles"),
    ("Statue of Liberty", 40.6892, -74.0445, "US", "New York", "New York City"),
    ("Times Square", 40.7580, -73.9855, "US", "New York", "New York City"),
    ("Central Park", 40.7812, -73.9665, "US", "New York", "New York City"),
    ("Coney Island", 40.5755, -73.9707, "US", "New York", "New York City"),
    ("Hoboken", 40.7440, -74.0324, "US", "New Jersey", "Hoboken"),
    ("Promenade des Anglais", 43.6951, 7.2656, "FR", SOUTH_EAST, "Nice"),
    ("a beach beside Nice", 43.7050, 7.3170, "FR", SOUTH_EAST, "Villefranche-sur-Mer"),
    ("Èze, the village", 43.7279, 7.3617, "FR", SOUTH_EAST, "Èze"),
    ("Big Ben", 51.5007, -0.1246, "GB", "England", "London"),
    ("St Paul's, in the City", 51.5138, -0.0984, "GB", "England", "London"),
    ("Greenwich", 51.4769, -0.0005, "GB", "England", "London"),
    ("Heathrow", 51.4700, -0.4543, "GB", "England", "London"),
    ("Sydney Opera House", -33.8568, 151.2153, "AU", "New South Wales", "Sydney"),
    ("Bondi Beach", -33.8915, 151.2767, "AU", "New South Wales", "Sydney"),
    ("Shibuya crossing", 35.6595, 139.7005, "JP", "Tokyo", "Tokyo"),
    ("Fushimi Inari", 34.9671, 135.7727, "JP", "Kyoto", "Kyoto"),
    ("Golden Gate Bridge", 37.8199, -122.4783, "US", "California", "San Francisco"),
    ("Alcatraz", 37.8267, -122.4230, "US", "California", "San Francisco"),
    ("Hollywood sign", 34.1341, -118.3215, "US", "California", "Los Angeles"),
    ("Santa Monica pier", 34.0083, -118.4988, "US", "California", "Santa Monica"),
    ("Waikiki", 21.2766, -157.8278, "US", "Hawaii", "Honolulu"),
    ("Brandenburg Gate", 52.5163, 13.3777, "DE", "State of Berlin", "Berlin"),
    ("Sanssouci", 52.4042, 13.0385, "DE", "Brandenburg", "Potsdam"),
    ("Neuschwanstein", 47.5576, 10.7498, "DE", "Bavaria", "Hohenschwangau"),
    ("Schönbrunn", 48.1845, 16.3122, "AT", "Vienna", "Vienna"),
    ("Sagrada Família", 41.4036, 2.1744, "ES", "Catalonia", "Barcelona"),
    ("Colosseum", 41.8902, 12.4922, "IT", "Lazio", "Rome"),
    ("St Mark's Square", 45.4340, 12.3388, "IT", "Veneto", "Venice"),
    ("Oía", 36.4618, 25.3753, "GR", "South Aegean", "Oía"),
    ("Taj Mahal", 27.1751, 78.0421, "IN", "Uttar Pradesh", "Agra"),
    ("Gateway of India", 18.9220, 72.8347, "IN", "Maharashtra", "Mumbai"),
    ("Pyramids", 29.9792, 31.1342, "EG", "Giza", "Giza"),
    ("Copacabana", -22.9711, -43.1822, "BR", "Rio de Janeiro", "Rio de Janeiro"),
    ("Avenida Paulista", -23.5614, -46.6559, "BR", "São Paulo", "São Paulo"),
    ("Zócalo", 19.4326, -99.1332, "MX", "Mexico City", "Mexico City"),
    ("CN Tower", 43.6426, -79.3871, "CA", "Ontario", "Toronto"),
    ("Table Mountain", -33.9628, 18.4098, "ZA", "Western Cape", "Cape Town"),
    ("Forbidden City", 39.9163, 116.3972, "CN", "Beijing", "Beijing"),
    ("Red Square", 55.7539, 37.6208, "RU", "Moscow", "Moscow"),
    ("Blue Mosque", 41.0054, 28.9768, "TR", "Istanbul", "Istanbul"),
    ("Gyeongbokgung", 37.5796, 126.9770, "KR", "Seoul", "Seoul"),
    ("Burj Khalifa", 25.1972, 55.2744, "AE", "Dubai", "Dubai"),
    ("Vondelpark", 52.3600, 4.8852, "NL", "North Holland", "Amsterdam"),
    ("Manneken Pis", 50.8450, 4.3500, "BE", "Brussels Capital", "Brussels"),
    ("Hallgrímskirkja", 64.1417, -21.9266, "IS", "Capital Region", "Reykjavík"),
    ("Tromsø", 69.6496, 18.9560, "NO", "Troms", "Tromsø"),
    ("Longyearbyen", 78.2232, 15.6267, "SJ", "Svalbard", "Longyearbyen"),
    ("Easter Island", -27.1258, -109.2773, "CL", "Valparaiso", "Hanga Roa"),
    ("Suva", -18.1416, 178.4419, "FJ", "Central", "Suva"),
    ("Uluru", -25.3444, 131.0369, "AU", "Northern Territory", "Yulara"),
]
BORDERS: list[tuple[str, float, float, str, str | None, str]] = [
    ("Geneva, the jet", 46.2074, 6.1558, "CH", "Geneva", "Geneva"),
    ("Ferney-Voltaire", 46.2558, 6.1081, "FR", "Auvergne-Rhône-Alpes", "Ferney-Voltaire"),
    ("Annemasse", 46.1934, 6.2342, "FR", "Auvergne-Rhône-Alpes", "Annemasse"),
    ("Strasbourg cathedral", 48.5817, 7.7509, "FR", "Grand Est", "Strasbourg"),
    ("Kehl", 48.5733, 7.8150, "DE", "Baden-Wurttemberg", "Kehl"),
    ("Basel, Marktplatz", 47.5596, 7.5886, "CH", "Basel-City", "Basel"),
    ("Weil am Rhein", 47.5933, 7.6200, "DE", "Baden-Wurttemberg", "Weil am Rhein"),
    ("Saint-Louis", 47.5850, 7.5600, "FR", "Grand Est", "Saint-Louis"),
    ("Konstanz", 47.6633, 9.1753, "DE", "Baden-Wurttemberg", "Konstanz"),
    ("Kreuzlingen", 47.6458, 9.1780, "CH", "Thurgau", "Kreuzlingen"),
    ("Büsingen, within Switzerland", 47.6969, 8.6903, "DE", "Baden-Wurttemberg", "Büsingen"),
    ("Baarle-Hertog, within the Netherlands", 51.4386, 4.9300, "BE", "Flanders", "Baarle-Hertog"),
    ("Tijuana", 32.5336, -117.0383, "MX", "Baja California", "Tijuana"),
    ("San Diego Zoo", 32.7353, -117.1490, "US", "California", "San Diego"),
    ("Niagara Falls, New York", 43.0828, -79.0742, "US", "New York", "Niagara Falls"),
    ("Niagara Falls, Ontario", 43.0896, -79.0849, "CA", "Ontario", "Niagara Falls"),
    ("St Peter's", 41.9022, 12.4539, "VA", None, "Vatican City"),
    ("San Marino", 43.9356, 12.4470, "SM", "San Marino", "San Marino"),
    ("La Línea", 36.1681, -5.3480, "ES", "Andalusia", "La Línea de la Concepción"),
    ("Cap-d'Ail", 43.7220, 7.4010, "FR", SOUTH_EAST, "Cap-d'Ail"),
    ("Malmö", 55.6050, 13.0038, "SE", "Skåne", "Malmö"),
    ("Copenhagen", 55.6929, 12.5993, "DK", "Capital Region", "Copenhagen"),
    ("Hong Kong, the Peak", 22.2759, 114.1455, "HK", None, "Hong Kong"),
    ("Shenzhen", 22.5333, 114.0550, "CN", "Guangdong", "Shenzhen"),
    ("Macau", 22.1976, 113.5408, "MO", None, "Macau"),
    ("Marina Bay", 1.2834, 103.8607, "SG", None, "Singapore"),
    ("Johor Bahru", 1.4655, 103.7578, "MY", "Johor", "Johor Bahru"),
    # Zones that two countries share.
    ("Pristina", 42.6629, 21.1655, "XK", "Pristina", "Pristina"),
    ("Belgrade", 44.8178, 20.4569, "RS", "Central Serbia", "Belgrade"),
    ("Hanoi", 21.0285, 105.8522, "VN", "Hanoi", "Hanoi"),
    ("Bethlehem", 31.7043, 35.2076, "PS", "West Bank", "Bethlehem"),
]


@pytest.mark.parametrize("known", KNOWN + BORDERS, ids=lambda known: known[0])
def test_known_places(known: tuple[str, float, float, str, str | None, str]) -> None:
    _, latitude, longitude, *expected = known
    assert place_at(latitude, longitude) == tuple(expected)


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (43.7391, 7.4277, "MC"),  # the casino of Monaco
        (36.1408, -5.3536, "GI"),
        (44.4605, -110.8281, "US"),  # Old Faithful
        (-77.8419, 166.6863, "AQ"),  # McMurdo
        (-90, 0, "AQ"),
        (-16.8, -179.95, "FJ"),  # beyond the 180th meridian
    ],
)
def test_countries(latitude: float, longitude: float, country: str) -> None:
    found = place_at(latitude, longitude)
    assert found is not None
    assert found.country == country


def test_far_from_all_places_there_is_no_city() -> None:
    assert place_at(44.4605, -110.8281) == ("US", None, None)
    assert place_at(23.0, 10.0) == ("DZ", None, None)


@pytest.mark.parametrize("position", [(40, -40), (0, -150), (-45, 90), (90, 0), (85, -180)])
def test_the_open_sea_is_nowhere(position: tuple[float, float]) -> None:
    assert place_at(*position) is None


@pytest.mark.parametrize("latitude", [90.001, -91, math.nan, math.inf])
@pytest.mark.parametrize("longitude", [180.001, -200, math.nan, -math.inf])
def test_what_is_no_position_is_nowhere(latitude: float, longitude: float) -> None:
    assert place_at(latitude, 0) is None
    assert place_at(0, longitude) is None
    assert place_at(latitude, longitude) is None


@settings(max_examples=300, deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_position(latitude: float, longitude: float) -> None:
    found = place_at(latitude, longitude)
    if found is not None:
        assert found.country in codes()
        assert found.city or not found.region


@settings(deadline=None)
@given(
    st.sampled_from([-90.0, -89.9995, 89.9995, 90.0, 0.0, -17.0, 65.0]),
    st.sampled_from([-180.0, -179.9995, 179.9995, 180.0]),
)
def test_the_edges_of_the_map(latitude: float, longitude: float) -> None:
    place_at(latitude, longitude)


def test_both_sides_of_the_180th_meridian_see_each_other() -> None:
    """Taveuni's west is on the one side, its east on the other."""
    beside = [place_at(-16.43, longitude) for longitude in (179.96, -179.96)]
    assert beside[0] is not None
    assert beside[0] == beside[1]


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("Paris", 48.853, 2.349),
        ("paris, texas", 33.661, -95.556),
        ("Paris, US", 33.661, -95.556),
        ("New York", 40.714, -74.006),
        ("München", 48.137, 11.576),
        ("Munich", 48.137, 11.576),
        ("munchen", 48.137, 11.576),
        ("Köln", 50.933, 6.950),
        ("Cologne", 50.933, 6.950),
        ("Saint Etienne", 45.434, 4.390),
        ("tromso", 69.649, 18.956),
        ("東京", 35.690, 139.692),
        ("Москва", 55.752, 37.618),
        ("Nice", 43.703, 7.266),
        ("Brooklyn", 40.650, -73.950),
        ("London, Canada", 42.983, -81.233),
        ("Valencia, Spain", 39.474, -0.380),
    ],
)
def test_finding_places(text: str, latitude: float, longitude: float) -> None:
    found = find_place(text)
    assert found is not None
    assert (found.latitude, found.longitude) == pytest.approx((latitude, longitude), abs=0.002)
    assert 5 <= found.radius_km <= 60


def test_a_larger_place_reaches_farther() -> None:
    large, small = find_place("Tokyo"), find_place("Èze")
    assert large is not None
    assert small is not None
    assert large.radius_km > 25
    assert small.radius_km == 5


@pytest.mark.parametrize("text", ["", " ", ",", ", France", "nowhere at all", "Paris, Japan", "\0"])
def test_what_is_no_name_of_a_place(text: str) -> None:
    assert find_place(text) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text(text: str) -> None:
    found = find_place(text)
    assert found is None or place_at(found.latitude, found.longitude) is not None


def test_forgotten_it_is_read_again() -> None:
    before = places.place_at(48.8584, 2.2945)
    places.forget()
    assert places._index.cache_info().currsize == 0
    assert places.find_place("Paris") is not None
    assert places._index.cache_info().currsize == 1
    assert places.place_at(48.8584, 2.2945) == before


def names(west: float, south: float, east: float, north: float, **asked: int) -> list[str]:
    given: Any = {"cells": 2**12, "sections": False, "most": 200} | asked
    return [one.name for one in names_within((west, south, east, north), **given)]


def test_the_largest_of_each_square_is_named() -> None:
    around = (16.0, 48.0, 17.0, 48.5)
    assert names(*around)[0] == "Vienna"
    few, many = names(*around, cells=2**8), names(*around, cells=2**16)
    assert len(few) < len(many) <= 200
    assert set(few) <= set(many)
    assert names(*around, most=3) == names(*around)[:3]


def test_a_name_does_not_depend_on_how_much_is_shown() -> None:
    near = set(names(16.2, 48.1, 16.5, 48.3, cells=2**14))
    far = names_within((15, 47, 18, 49), cells=2**14, sections=False, most=10_000)
    inside = {
        one.name for one in far if 16.2 <= one.longitude <= 16.5 and 48.1 <= one.latitude <= 48.3
    }
    assert inside <= near


def test_parts_of_cities_are_named_when_asked_for() -> None:
    around = (16.2, 48.1, 16.6, 48.35)
    assert "Favoriten" not in names(*around, cells=2**14)
    assert "Favoriten" in names(*around, cells=2**14, sections=True)


def test_names_across_the_180th_meridian() -> None:
    found = names_within((170, -20, -170, -10), cells=2**10, sections=False, most=200)
    assert {one.longitude > 0 for one in found} == {True, False}
    assert all(abs(one.longitude) >= 170 for one in found)


def test_nothing_is_named_on_the_sea() -> None:
    assert names(-30, 30, -29, 31) == []
