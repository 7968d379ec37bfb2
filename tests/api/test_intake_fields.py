"""The maps of the sources' fields: whole, refused when bad; and what is read with them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.clients import SCOPES
from api.errors import Malformed
from api.intake import fields
from api.intake.fields import Given
from api.intake.maps import DEFAULT_FILE, BadMap, load_maps
from api.intake.moments import read_moment
from api.intake.sources import SOURCES
from api.office import TICKETED
from nlp.catalogue import load_catalogue

CATALOGUE = load_catalogue()
LABELS = {entry.label for entry in CATALOGUE.entries if entry.kind in TICKETED}
MAPS = load_maps(LABELS)
HOTLINE = MAPS.sources["12345"]
SENT = {"orderNo": "A-1", "content": "路灯不亮"}


def test_the_shipped_map_is_assumed_and_names_every_source() -> None:
    assert MAPS.assumed is True
    assert [*MAPS.sources] == [*SOURCES] == [scope[7:] for scope in SCOPES if scope.startswith("intake:")]


def test_city_codes_are_the_catalogues() -> None:
    codes = {code: entry.label for entry in CATALOGUE.entries for code in entry.codes}
    category = MAPS.sources["digital_city"].category
    assert category is not None and dict(category.labels).items() <= codes.items()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("assumed: true", "assumed: perhaps", "line 15: assumed"),
        ("  digital_city:", "  digital_village:", "digital_city, digital_village"),
        ("    name: 12345 热线", "    nmae: 12345 热线", "line 18: sources.12345.name: Field required"),
        ("[orderNo, 工单编号, 工单号], most: 64}", "[], most: 64}", "line 20: sources.12345.id.names"),
        ("工单号], most: 64}", "工单号], most: 640}", "line 20: sources.12345.id.most"),
        ("[title, 标题, 诉求标题]", "[title, content]", "named twice: content"),
        ("诉求内容, 内容], most: 3500, required: true}", "诉求内容, 内容], most: 3500}",
         "no piece of the text is required"),
        ('"%Y/%m/%d %H:%M", iso]', '"%Y/%m/%d %H:%M", iso8601]', "line 28: sources.12345.reported_at.formats"),
        ('"%Y/%m/%d %H:%M", iso]', '"%Q", iso]', "line 28: sources.12345.reported_at.formats"),
        ('zone: "+08:00"', 'zone: "CST"', "line 29: sources.12345.reported_at.zone"),
        ("system: gcj02", "system: mars", "line 33: sources.12345.position.system"),
        ('"0103": street_light', '"0103": moon_light', 
         "sources.12345.category.labels.0103: the catalogue has no 'moon_light'"),
        ("sources:", "sources: [", "line"),
        ("assumed: true", "assumed: true\nassumed: true", "line 16"),
    ],
)  # fmt: skip
def test_a_bad_map_is_refused_with_line_key_and_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "intake.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadMap) as refused:
        load_maps(LABELS, file)
    assert said in str(refused.value) and str(file) in str(refused.value)


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"- a\n", b""])
def test_a_file_of_something_else_is_refused(tmp_path: Path, bad: bytes) -> None:
    file = tmp_path / "intake.yaml"
    file.write_bytes(bad)
    with pytest.raises(BadMap):
        load_maps(file=file)


def test_everything_is_read() -> None:
    sent = {
        "工单编号": 2026112300012, "title": "路灯", "content": "南环新村路灯不亮", "address": " 南环新村12幢 ",
        "callTime": "2026-11-23 08:05", "lat": "31.302187", "lng": 120.595829, "urgency": "特急",
        "callerPhone": 13800000000, "categoryCode": "0103", "extra": ["ignored"],
    }  # fmt: skip
    given = fields.read(HOTLINE, sent)
    assert given == Given(
        id="2026112300012", text="南环新村路灯不亮", place="南环新村12幢",
        reported_at=datetime(2026, 11, 23, 0, 5, tzinfo=UTC), lat=given.lat, lon=given.lon, urgent=True,
        reporter="13800000000", label="street_light", confirmed=False,
    )  # fmt: skip


def test_text_and_place_are_made_of_their_pieces() -> None:
    visit = {"visitNo": "v1", "走访发现": "楼道堆物", "wish": "请清走", "社区": "彩香一村", "building": "3幢"}
    given = fields.read(MAPS.sources["home_visit"], visit)
    assert (given.text, given.place) == ("楼道堆物\n诉求：请清走", "彩香一村3幢")
    assert fields.read(HOTLINE, SENT | {"title": "路灯不亮"}).text == "路灯不亮"
    assert fields.read(HOTLINE, SENT | {"title": "求助"}).text == "求助\n路灯不亮"


def test_a_trained_collectors_code_is_as_good_as_a_confirmation() -> None:
    city = MAPS.sources["digital_city"]
    coded = fields.read(city, {"taskNum": "1", "eventDesc": "垃圾", "typeCode": "0102"})
    unknown = fields.read(city, {"taskNum": "1", "eventDesc": "垃圾", "typeCode": "9999"})
    assert (coded.label, coded.confirmed) == ("household_waste", True)
    assert (unknown.label, unknown.confirmed) == (None, False)


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"orderNo": None}, {"orderNo": "missing"}),
    ({"orderNo": "  "}, {"orderNo": "missing"}),
    ({"orderNo": "a b"}, {"orderNo": "not_an_id"}),
    ({"orderNo": "a\x00b"}, {"orderNo": "not_an_id"}),
    ({"orderNo": "a\ud800b"}, {"orderNo": "not_an_id"}),
    ({"orderNo": "2.02612E+15"}, {"orderNo": "rounded_by_a_spreadsheet"}),
    ({"orderNo": "x" * 65}, {"orderNo": "too_long"}),
    ({"工单编号": "A-2"}, {"orderNo": "given_twice"}),
    ({"content": ""}, {"content": "missing"}),
    ({"content": "\x00\x00"}, {"content": "missing"}),
    ({"content": ["路灯"]}, {"content": "not_a_word"}),
    ({"content": {"路灯": "不亮"}}, {"content": "not_a_word"}),
    ({"content": "灯" * 1_000_000}, {"content": "too_long"}),
    ({"address": "路" * 301}, {"address": "too_long"}),
    ({"callTime": "昨天"}, {"callTime": "not_a_time"}),
    ({"callTime": "2026-13-01 00:00:00"}, {"callTime": "not_a_time"}),
    ({"callTime": "9" * 30}, {"callTime": "not_a_time"}),
    ({"lat": 31.3}, {"lat": "not_a_position"}),
    ({"lat": 120.6, "lng": 31.3}, {"lat": "not_a_position"}),
    ({"lat": float("nan"), "lng": 120.6}, {"lat": "not_a_word"}),
    ({"lat": "nan", "lng": "inf"}, {"lat": "not_a_position"}),
    ({"lat": "1" * 150, "lng": "x"}, {"lat": "not_a_position"}),
    ({"orderNo": "", "content": None, "callTime": "x"},
     {"orderNo": "missing", "content": "missing", "callTime": "not_a_time"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=range(len(WRONG)))
def test_complains_of_each_field_by_its_own_name(changes: dict[str, Any], said: dict[str, str]) -> None:
    with pytest.raises(Malformed) as refused:
        fields.read(HOTLINE, SENT | changes)
    assert {row["at"]: row["is"] for row in refused.value.facts["errors"]} == said


def test_all_pieces_together_have_a_limit_too() -> None:
    visit = {"visitNo": "v", "finding": "灯" * 3500, "wish": "亮" * 400, "community": "彩", "building": "1"}
    assert len(fields.read(MAPS.sources["home_visit"], visit).text) == 3904
    parking = {"caseNo": "1", "situation": "车", "road": "路" * 100, "location": "号" * 200}
    assert len(fields.read(MAPS.sources["110_parking"], parking).place) == 300


@pytest.mark.parametrize("nowhere", [{}, {"lat": 0, "lng": 0}, {"lat": "0.0", "lng": "0"}, {"lat": "", "lng": None}])
def test_no_position_is_none(nowhere: dict[str, Any]) -> None:
    given = fields.read(HOTLINE, SENT | nowhere)
    assert (given.lat, given.lon) == (None, None)


def test_what_the_map_does_not_name_makes_no_other_report_of_it() -> None:
    one, two = (
        fields.read(HOTLINE, SENT | {"seen": 1}),
        fields.read(HOTLINE, {"工单编号": "A-1", "content": "路灯不亮 "}),
    )
    assert one.digest == two.digest != fields.read(HOTLINE, SENT | {"content": "路灯亮了"}).digest


@pytest.mark.parametrize(
    ("written", "formats", "read"),
    [
        ("2026-11-23 08:00:00", ["%Y-%m-%d %H:%M:%S"], "2026-11-23T00:00:00+00:00"),
        ("2026/1/3 8:05", ["iso", "%Y/%m/%d %H:%M"], "2026-01-03T00:05:00+00:00"),
        ("2026-11-23T08:00:00Z", ["iso"], "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T08:00:00-03:30", ["iso"], "2026-11-23T11:30:00+00:00"),
        ("1795392000", ["epoch_s"], "2026-11-23T00:00:00+00:00"),
        ("1795392000000", ["epoch_ms"], "2026-11-23T00:00:00+00:00"),
        ("0001-01-01 00:00:00", ["%Y-%m-%d %H:%M:%S"], None),
        ("", ["iso"], None),
    ],
)
def test_moments(written: str, formats: list[str], read: str | None) -> None:
    found = read_moment(written, formats, "+08:00")
    assert (found.isoformat() if found else None) == read
