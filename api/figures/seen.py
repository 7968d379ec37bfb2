"""The figures there are, and who may see which; of which tickets each is counted, `access` says."""

from enum import StrEnum

from api.lifecycle import Role


class Figure(StrEnum):
    """The names are those of `/board.csv?figure=…`."""

    WARNINGS = "warnings"
    ITEMS = "items"
    STREETS = "streets"
    DAYS = "days"
    HOURS = "hours"
    PROMISES = "promises"
    CLOSURES = "closures"
    SATISFACTION = "satisfaction"
    ACCURACY = "accuracy"
    CONTRACTORS = "contractors"


# As in `GET /contractors`: who works beside contractors does not compare them. A handler sees their own row.
SEES: dict[Role, tuple[Figure, ...]] = {
    Role.SUPERVISOR: tuple(Figure),
    Role.ADMIN: tuple(Figure),
    Role.TRIAGE: tuple(figure for figure in Figure if figure is not Figure.CONTRACTORS),
    Role.VERIFIER: tuple(figure for figure in Figure if figure is not Figure.CONTRACTORS),
    Role.HANDLER: (Figure.CONTRACTORS,),
}
