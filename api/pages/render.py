"""Templates to answers: Jinja with our filters, and the headers that let a page run nothing but our own files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.deadlines import SHANGHAI
from api.pages import marks, sounds, tables, times
from api.pages.words import HIDDEN

HERE = Path(__file__).parent
STATIC = HERE / "static"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {
    "full": lambda at: f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
    "clock": lambda at: f"{at.astimezone(SHANGHAI):%H:%M}",
    "at": datetime.fromisoformat,
    "duration": times.duration,
    "percent": lambda share: f"{min(round(100 * share), 99)}%",  # a machine is never quite sure
    "query": lambda address: address.partition("?")[2],
    "sounds": sounds.sounds,
    "marked": marks.marked,
    "elsewhere": marks.elsewhere,
}
_templates.globals |= {"moment": times.moment, "ago": times.ago, "time_left": times.time_left, "HIDDEN": HIDDEN}
_templates.globals["shown"] = tables.shown


def page(template: str, now: datetime, status: int = 200, **context: Any) -> HTMLResponse:
    """`frame` is left out where nobody is signed in."""
    shown = _templates.get_template(template).render({"now": now, "frame": None} | context)
    return HTMLResponse(shown, status, HEADERS)
