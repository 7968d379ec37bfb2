"""What an answer of the receiver means, how long to wait, and which addresses and secrets will do. Pure."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.intake.verdicts import TRIES_FOR, pause, verdict
from api.schemas import Acknowledgement
from api.settings import Settings

SOON, LATE = timedelta(minutes=1), TRIES_FOR
VERDICTS: list[tuple[int | str, timedelta, Acknowledgement]] = [
    (200, SOON, Acknowledgement(sent=True)),
    (204, LATE, Acknowledgement(sent=True)),
    (410, SOON, Acknowledgement(failed="gone")),
    (410, LATE, Acknowledgement(failed="gone")),
    (403, SOON, Acknowledgement(failed="answered_403")),
    (429, SOON, Acknowledgement(later=2.0)),
    (429, LATE, Acknowledgement(failed="gave_up_after_429")),
    (307, SOON, Acknowledgement(later=2.0)),
    (500, SOON, Acknowledgement(later=2.0)),
    (599, LATE, Acknowledgement(failed="gave_up_after_599")),
    ("ConnectError", SOON, Acknowledgement(later=2.0)),
    ("ConnectError", LATE, Acknowledgement(failed="gave_up_after_ConnectError")),
]


@pytest.mark.parametrize(("answer", "age", "meant"), VERDICTS)
def test_verdicts(answer: int | str, age: timedelta, meant: Acknowledgement) -> None:
    assert verdict(answer, attempts=1, age=age, chance=1.0) == meant


def test_pauses_double_are_spread_and_have_an_end() -> None:
    assert [pause(attempts, 1.0) for attempts in (1, 2, 3, 4, 12, 13, 9999)] == [2, 4, 8, 16, 3600, 3600, 3600]
    assert [pause(3, chance) for chance in (0.0, 0.5, 1.0)] == [4, 6, 8]
    assert [pause(1, 1.0, asked) for asked in ("60", "99999", "999999", "-5", "soon", "٣")] == [60, 3600, 2, 2, 2, 3]


@pytest.mark.parametrize("url", ["ftp://x/", "http://", "12345", "http://me:secret@x/"])
def test_an_odd_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValidationError, match="12345"):
        Settings(var_dir=tmp_path, intake_callbacks={"12345": url})
    with pytest.raises(ValidationError, match="hanshan"):
        Settings(var_dir=tmp_path, intake_callbacks={"web": "http://x/"})


def test_secrets_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_CALLBACKS", '{"12345": "https://x.example/progress"}')
    monkeypatch.setenv("INTAKE_CALLBACK_SECRETS", '{"12345": "s"}')
    settings = Settings(var_dir=tmp_path)
    assert settings.intake_callbacks == {"12345": "https://x.example/progress"}
    assert settings.callback_secret("12345") == b"s" and len(settings.callback_secret("hanshan")) > 30
