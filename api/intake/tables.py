"""The maps as the tables of docs/intake.md, which must equal them. Pure."""

from collections.abc import Iterator

from api.intake.maps import Codes, Flag, Maps, Moment, Named, Piece, SourceMap


def as_markdown(maps: Maps) -> str:
    return "\n\n".join("\n".join(_table(source, its)) for source, its in maps.sources.items())


def _table(source: str, its: SourceMap) -> Iterator[str]:
    yield f"### `{source}` {its.name}"
    yield ""
    yield "| ours | JSON | also, as in CSV files | letters | |"
    yield "|---|---|---|---|---|"
    for ours, field in its.fields():
        json, also = f"`{field.name}`", " ".join(f"`{name}`" for name in field.names[1:])
        needed = ["needed"] if field.required or ours == "id" else []
        system = [its.position.system.upper()] if its.position and ours in ("lat", "lon") else []
        yield f"| {ours} | {json} | {also} | {field.most} | {'; '.join([*needed, *system, *_remarks(field)])} |"


def _remarks(field: Named) -> Iterator[str]:
    match field:
        case Piece() if field.says:
            yield f"told as “{field.says}：…”"
        case Moment():
            yield f"{' · '.join(f'`{pattern}`' for pattern in field.formats)}; {field.zone} unless it says otherwise"
        case Flag():
            yield f"raised by {' · '.join(f'`{value}`' for value in field.values)}"
        case Codes():
            sure = "as if confirmed" if field.confirmed else "a clerk confirms"
            yield f"{' · '.join(f'`{code}` {label}' for code, label in field.labels.items())}; {sure}"
