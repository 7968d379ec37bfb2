"""The public face of a ticket, windows of time and XML: no database, no server."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.lifecycle import Status
from api.open311.public import NOTES, Facts, rounded, shown
from api.open311.window import FIRST, LAST, LONGEST, moment, window
from api.open311.xml import as_xml

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
FACTS = Facts("GS-1", "c", "路灯故障", "", Status.FILED, "", "", None, NOW, NOW, None)


def test_nothing_of_a_resident_can_reach_the_public_form() -> None:
    names = {field.name for field in fields(Facts)}
    assert not names & {"text", "place", "reporter", "channel", "because", "photos", "assignee", "grid"}


def test_every_status_has_a_note_of_its_own() -> None:
    assert NOTES.keys() == set(Status) and len({*NOTES.values()}) == len(Status)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_is_the_middle_of_a_cell(lat: float, lon: float) -> None:
    shown_lat, shown_lon = rounded((lat, lon))
    assert abs(shown_lat - lat) <= 0.0025 + 1e-9 and abs(shown_lon - lon) <= 0.0025 + 1e-9
    for degrees in (shown_lat, shown_lon):
        assert round(degrees * 1000) % 5 == 0 and len(str(abs(degrees)).split(".")[1]) <= 3
    assert rounded((shown_lat, shown_lon)) == (shown_lat, shown_lon), "all of a cell come out as one"


def test_the_centre_of_a_known_grid_stands_for_the_position() -> None:
    here = replace(FACTS, spot=(31.312345, 120.598765))
    assert (shown(here).lat, shown(here).long) == (31.31, 120.6)
    known = shown(replace(here, centre=(31.3111, 120.5999)))
    assert (known.lat, known.long) == (31.3111, 120.5999)
    assert (shown(FACTS).lat, shown(FACTS).long, shown(FACTS).address) == (None, None, None)


MOMENTS = st.none() | st.timedeltas(timedelta(), LAST - FIRST).map(FIRST.__add__)


@given(MOMENTS, MOMENTS)
def test_a_window_lies_within_what_was_asked_for(start: datetime | None, end: datetime | None) -> None:
    if start and end and end < start:
        with pytest.raises(ValueError):
            window(start, end, NOW)
        return
    since, until = window(start, end, NOW)
    assert timedelta() <= until - since <= LONGEST
    assert start is None or since == start
    assert end is None or until <= end
    assert (start, end) != (None, None) or (until, until - since) == (NOW, LONGEST)


MOMENTS_WRITTEN = {
    "2026-11-23T01:30:00Z": NOW,
    "2026-11-23T09:30:00+08:00": NOW,
    "2026-11-23T09:30": NOW,
    "2026-11-23": NOW - timedelta(hours=9, minutes=30),
    "0001-01-01T00:00:00+14:00": FIRST,
    "9999-12-31T23:59:59-14:00": LAST,
}


@pytest.mark.parametrize(("text", "at"), MOMENTS_WRITTEN.items())
def test_reads_a_moment(text: str, at: datetime) -> None:
    assert moment(text) == at


@pytest.mark.parametrize(
    "text", ["", "2026", "yesterday", "2026-02-30", "1763861400", "2026-11-23T25:00", "٢٠٢٦-١١-٢٣"]
)
def test_refuses_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError):
        moment(text)


TYPED = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1)


@given(
    st.lists(st.fixed_dictionaries({"code": TYPED, "lat": st.none() | st.floats(-90, 90), "metadata": st.booleans()}))
)
def test_xml_holds_what_was_put_in(rows: list[dict[str, object]]) -> None:
    root = ElementTree.fromstring(as_xml("service_requests", rows))
    plain = [
        {
            "code": row["code"],
            "lat": None if row["lat"] is None else str(row["lat"]),
            "metadata": str(row["metadata"]).lower(),
        }
        for row in rows
    ]
    assert [{field.tag: field.text for field in row} for row in root] == plain
