"""The ledger of 4+X as a table. Pure but for the names it is given."""

from collections.abc import Mapping, Sequence

from api import ledger
from api.ledger import Kind, Row
from api.pages.names import Names
from api.pages.tables import Column, Form, Table, Value

KINDS = {Kind.OPINION: "法律意见", Kind.MEDIATION: "纠纷调解", Kind.OUTREACH: "法治宣传"}
COLUMNS = (
    Column("社区", Form.TEXT),
    Column("顾问", Form.TEXT),
    Column("法律咨询"),
    Column("已答复"),
    Column("首次答复（小时，中位）", Form.STARS),
    Column("评价", Form.STARS),
    Column("居民说没解决"),
    *(Column(name) for name in KINDS.values()),
    Column("宣传到场人数"),
    Column("调解达成协议"),
    Column("调解成功率", Form.SHARE),
)
NOWHERE, ALL = "不分社区", "合计"


def table(rows: Sequence[Row], communities: Mapping[str, str], called: Names) -> Table:
    """With the sum of all below."""
    lines = [_line(row, communities.get(row.community, NOWHERE), called.get(row.adviser, row.adviser)) for row in rows]
    return Table(COLUMNS, [*lines, _line(ledger.total(rows), ALL, "")])


def _line(row: Row, community: str, adviser: str) -> list[Value]:
    many = [row.many.get(kind, 0) for kind in KINDS]
    answered = [row.consultations, row.answered, row.typical_hours, row.rating, row.unsolved]
    return [community, adviser, *answered, *many, row.attendance, row.settled, row.success]
