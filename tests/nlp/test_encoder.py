"""The encoder of the wheel as it is attuned: what is put into it, and how its file is read for that."""

import struct
from pathlib import Path

import numpy as np
import pytest

from nlp import vectors
from nlp.catalogue import DEFAULT_FILE
from nlp.encoder import ATTUNED_FILE, MODEL, Attuned, Encoder, Parts, load_attuned, wheel_home
from nlp.encoder_file import EncoderFile
from nlp.examples import essence_of
from nlp.knowledge import _sources, read_facts
from nlp.lessons import read_lessons
from nlp.vectors import embedder, load_learnt

HOME = wheel_home() or Path()
needs_engine = pytest.mark.skipif(embedder() is None, reason="the engine does not run on this machine")
TEXTS = [
    "路灯不亮了",
    "",
    "  两个  空格 ",
    "下水到堵了ＡＢＣ１２３",
    "trafic light 坏了🚦",
    "㍿ ﬁ ½ 弄堂勿亮",
    "很长" * 300,
]


@pytest.fixture(scope="module")
def file() -> EncoderFile:
    return EncoderFile((HOME / MODEL).read_bytes())


def own(file: EncoderFile) -> Attuned:
    """What the file itself holds."""

    def parts(values: dict[str, np.ndarray]) -> Parts:  # type: ignore[type-arg]
        offsets = np.array([file.places[name][0] for name in values])
        lengths = np.array([len(some) for some in values.values()])
        return Parts(offsets, lengths, np.concatenate([*values.values()]).astype(np.float16))

    plain = {name: file.floats(name) for name in file.plain}
    return Attuned(len(file.image), parts(plain), parts({name: file.matrix(name)[1] for name in file.matrices}))


@needs_engine
def test_a_text_is_cut_as_the_engine_cuts_it(file: EncoderFile) -> None:
    engine = Encoder(HOME, None)
    assert [len(file.tokens(text)) for text in TEXTS] == [engine.count(text) for text in TEXTS]
    assert file.tokens("路灯")[0] == file.first and file.tokens("路灯")[-1] == file.last


@needs_engine
def test_what_the_file_holds_put_into_it_changes_nothing(file: EncoderFile, tmp_path: Path) -> None:
    own(file).save(tmp_path / "own.npz")
    same, raw = Encoder(HOME, load_attuned(tmp_path / "own.npz")), Encoder(HOME, None)
    likeness = [float(same.embed(text) @ raw.embed(text)) for text in TEXTS]
    assert min(likeness) > 0.999
    image = np.frombuffer(bytearray(file.image), np.uint8)
    own(file).put_into(image)
    again = EncoderFile(image.tobytes())
    assert all(np.array_equal(again.matrix(name)[1], file.matrix(name)[1]) for name in file.matrices)
    assert all(np.allclose(again.floats(name), file.floats(name), rtol=1e-3, atol=1e-6) for name in file.plain)


@needs_engine
def test_the_shipped_one_hears_otherwise_and_is_no_other_file(file: EncoderFile) -> None:
    shipped, raw = Encoder(HOME, load_attuned()), Encoder(HOME, None)
    for text in TEXTS:
        assert np.linalg.norm(shipped.embed(text)) == pytest.approx(1, abs=1e-3)
    assert float(shipped.embed("路灯不亮了") @ raw.embed("路灯不亮了")) < 0.95
    assert (HOME / MODEL).read_bytes() == file.image, "the wheel's own file stays as it is"


@needs_engine
def test_the_shipped_vectors_are_the_shipped_encoders() -> None:
    facts, kept = read_facts(DEFAULT_FILE), load_learnt()
    lessons = [lesson for lesson in read_lessons(facts.catalogue, facts.utterance_files(DEFAULT_FILE)) if lesson.label]
    essences = [essence_of(lesson) for lesson in lessons[:: len(lessons) // 40]]
    embed, (found, known) = embedder(), kept.find(essences)
    assert embed is not None and known.all()
    made = kept.space.project(np.array([embed(text) for text in essences]))
    assert (made * found).sum(axis=1).min() > 0.95


def test_a_model_is_as_old_as_what_attuned_it() -> None:
    assert ATTUNED_FILE.resolve() in _sources(DEFAULT_FILE, read_facts(DEFAULT_FILE))


def test_another_model_than_the_attuned_one_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load_attuned()
    other = Attuned(shipped.size + 1, shipped.plain, shipped.scales)
    with pytest.raises(ValueError, match="attuned to a model of"):
        other.put_into(np.zeros(shipped.size, np.uint8))
    monkeypatch.setattr(vectors, "load_attuned", lambda: other)
    embedder.cache_clear()
    try:
        assert embedder() is None
    finally:
        embedder.cache_clear()


@pytest.mark.parametrize("image", [b"", b"E5S1", b"GGUF" + bytes(100)])
def test_what_is_no_model_is_not_read(image: bytes) -> None:
    with pytest.raises((ValueError, struct.error)):
        EncoderFile(image)
