"""python -m api import-grids | demo-grids"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from api import areas, demo_grids
from api.area_files import Row
from api.commands import in_transaction


def import_grids(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    replace: Annotated[
        bool, typer.Option("--replace", help="retire grids that FILE does not name, of communities that it names")
    ] = False,
) -> None:
    """A CSV or GeoJSON of streets, communities and base grids. Can be repeated."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:

        def shown(rows: Iterable[Row], total: int) -> Iterable[Row]:
            return progress.track(rows, total=total, description="rows")

        terms = areas.Terms(replaces=replace, track=shown)
        loaded = in_transaction(lambda session: areas.import_areas(session, file, terms))
    retired = f", {loaded['retired']} retired" if loaded["retired"] else ""
    typer.echo(f"{loaded['street']} streets, {loaded['community']} communities, {loaded['grid']} grids{retired}")


def write_demo_grids(
    file: Annotated[Path, typer.Argument(help="FILE.geojson or FILE.csv; must not exist yet", dir_okay=False)],
) -> None:
    """1,358 invented grids (演示), as many as the district has, for `import-grids`. Not the real borders."""
    typer.echo(f"{demo_grids.write(file)} 演示 grids written to {file}")
