"""python -m api staff … | unit … | client …: who may get in, and with what."""

from datetime import timedelta
from typing import Annotated

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from api import clients, people
from api.commands import in_transaction
from api.office import utc_now
from api.passwords import set_password

staff = typer.Typer(help="Add staff, print their bearer tokens, revoke what lets them in.")
unit = typer.Typer(help="Add contractors, joint stations and departments.")
client = typer.Typer(help="Keys for programs of other offices.")


@staff.command("add")
def staff_add(
    name: str,
    role: Annotated[str, typer.Option(help="triage, handler, verifier, adviser, supervisor or admin")],
    scope: Annotated[str, typer.Option(help="code of a street, community or unit; empty: the whole district")] = "",
    password: Annotated[str, typer.Option(help="for the staff pages; empty: a token only")] = "",
) -> None:
    async def work(session: AsyncSession) -> None:
        person = await people.add(session, utc_now, name, role, scope)
        if password:
            set_password(person, password)

    in_transaction(work)
    typer.echo(f"{name} added as {role}")


@staff.command("token")
def staff_token(
    name: str,
    read_only: Annotated[bool, typer.Option("--read-only", help="it shows what they may see, changes nothing")] = False,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="until it expires; else when replaced")] = None,
) -> None:
    """A new bearer token, printed last; the one of the same kind before it stops working."""
    lasts = timedelta(days=days) if days else None
    typer.echo(
        in_transaction(lambda session: people.token_for(session, utc_now, name, reads_only=read_only, lasts=lasts))
    )


@staff.command("password")
def staff_password(name: str) -> None:
    """A new password for the staff pages, printed last. Ends their sessions and unlocks the name."""
    typer.echo(in_transaction(lambda session: people.new_password(session, name)))


@staff.command("code")
def staff_code(name: str) -> None:
    """A code, printed last: whoever sends it to `POST /staff/bind` within ten minutes binds a chat to this person."""
    typer.echo(in_transaction(lambda session: people.binding_code(session, utc_now, name)))


@staff.command("revoke")
def staff_revoke(name: str) -> None:
    """Ends every session, token and bound chat of a person, who may sign in again."""
    ended = in_transaction(lambda session: people.revoke(session, name))
    typer.echo(f"{name}: {', '.join(f'{many} {kind}' for kind, many in ended.items())} ended")


@staff.command("remove")
def staff_remove(name: str) -> None:
    """They work here no more: nothing lets them in. What they did stays on record."""
    in_transaction(lambda session: people.remove(session, name))
    typer.echo(f"{name} removed")


@unit.command("add")
def unit_add(
    code: str,
    name: str,
    kind: Annotated[str, typer.Option(help="contractor, station or department")] = "contractor",
    street: Annotated[str, typer.Option(help="name or code of the street it serves")] = "",
) -> None:
    in_transaction(lambda session: people.add_unit(session, code, name, kind, street))
    typer.echo(f"{name} ({code}) added")


@unit.command("remove")
def unit_remove(code: str) -> None:
    """No ticket goes to it any more. Refused while open ones lie with it."""
    in_transaction(lambda session: people.remove_unit(session, utc_now, code))
    typer.echo(f"{code} removed")


@client.command("add")
def client_add(
    name: str,
    scope: Annotated[list[str], typer.Option(help=f"may be repeated: {', '.join(clients.SCOPES)}")],
) -> None:
    """A new key, printed last; a program of the same name loses the one before."""
    typer.echo(in_transaction(lambda session: clients.add(session, utc_now, name, scope)))


@client.command("revoke")
def client_revoke(name: str) -> None:
    """Its key opens nothing any more."""
    in_transaction(lambda session: clients.revoke(session, utc_now, name))
    typer.echo(f"{name} revoked")
