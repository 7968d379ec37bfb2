"""Every word a person on duty reads in chat, besides what notices say. Pure. Short, warm and exact."""

from datetime import datetime, timedelta
from typing import Any

from bot.cards import quoted
from bot.duty_forms import DEEDS, Form, action_of, missing, open_to
from bot.events import Button, Rows
from bot.texts import ENDS, moment, progress

ROLES = {
    "triage": "受理员",
    "handler": "承办员",
    "verifier": "核查员",
    "adviser": "法律顾问",
    "supervisor": "督办员",
    "admin": "管理员",
}
HOW_TO_BIND = (
    "值班人员请发“绑定”和八位数字，比如：绑定 12345678。\n"
    "数字在工作页面上您的名字那里取，也可以向管理员要；十分钟内有效，只能用一次。"
)
BAD_CODE = "这个码不对，或者已经用过、过了十分钟。请再看一眼；不行就取一个新的。"
TOO_MANY_TRIES = "试得太多了，先停一停。过一分钟再试。"
UNBOUND = "好，这个聊天不再绑定值班人员。您自己报事照常。"
NOT_BOUND = f"这个聊天没有绑定值班人员，或者绑定已经解除。{HOW_TO_BIND}\n查您自己报过的事，请发“我的上报”。"
HELP = "\n值班的您还可以：\n· 说“我的工单”，看等您办的，按编号也能打开\n· 说“解绑”，这个聊天就不再替您办事"
BETWEEN_ADVISERS = {"ask_review", "review", "end_review"}  # that all of a legal matter is on the page is said anyway
ELSEWHERE = "立案、派遣这些，请到工作页面上办。"
NOTHING_WAITS = "现在没有等您办的工单。有了就告诉您。"
STALE = "这个按钮用不了了。发“我的工单”，看现在等您办的。"
ALREADY_SENT = "已经送出了，不用再按。一有结果就告诉您。"
DROPPED = "好，{number} 这一步先不办。"
NOTHING_UNDER_WAY = "现在没有正在写的。发“我的工单”，看等您办的。"
PHOTO_KEPT = "照片收到了。"
NO_PICTURES = "这件没有照片。"
NO_PHOTOS_HERE = "这一步用不上照片。"
NO_MORE_PHOTOS = "一件工单最多 9 张照片，已经够了。"
ONLY_WORDS = "这一步请写一句话。"
BACK = "接着办刚才那件。"
PHOTOS_LOST = "有照片没有传上。要补的话，请到工作页面上补。"
LEGAL_HERE = "内容只在工作页面上看，也在那里回答。这里只有事项和时限。"
LEGAL_AGREED = "居民同意您在这里看、在这里答。照片在工作页面上。"
ADDED = "接在答复后面了。"
LEFT_EMPTY = "没有写"
WITH_LAWYER = "会告诉居民：最好请一位律师，怎么请、怎么申请法律援助。"
LAWYER_BUTTONS = {False: "这件事需要请律师", True: "不用请律师"}

REFUSALS = {
    "not_bound": NOT_BOUND,
    "not_found": "没有这件工单，或者已经不归您办了。",
    "not_allowed": "有人先办了一步，或者这件已经往前走了，这一步现在办不了。",
    "stale": "有人比您先办了一步。",
    "forbidden": "这一步不能由您来办。",
    "missing": "还缺一句话，请重新办这一步。",
    "too_many": "这件已经问过两次，不能再问了，请按知道的情况办。",
    "too_fast": TOO_MANY_TRIES,
    "bad_citation": "依据里有一行没看懂，答复没有送出。",
    "draft_changed": "工作页面上还存着您的草稿，答复没有送出。",
}
REASONS = {"only_on_page": "居民没有同意在聊天里说这件事，请到工作页面上办。"}
GIVEN_BACK = 3900  # characters: what one message holds
REFUSED = "这一步没有办成。请发“我的工单”再看一下。"


def bound(name: str, role: str) -> str:
    return (
        f"好，这个聊天绑定为{ROLES.get(role, '工作人员')}{name}。\n"
        "等您办的工单会发到这里。发“我的工单”看全部，发“解绑”就不再绑定。您自己报事照常。"
    )


def refused(code: str, words: str, reason: str = "") -> str:
    """Words that would be lost are given back."""
    said = REASONS.get(reason) or REFUSALS.get(code, REFUSED)
    return f"{said}\n您写的没有送出：“{words[:GIVEN_BACK]}”" if words else said


def unread(line: str, laws: str) -> str:
    """`laws`: all that was written; given back where it is more than the line."""
    again = "" if laws.strip() == line else f"\n您写的是：“{laws}”"
    return f"依据里这一行没看懂：“{line}”。答复替您留着，还没有送出。{again}"


def draft_waits(saved_at: str) -> str:
    when = f"（{moment(saved_at)} 存的）" if saved_at else ""
    return (
        f"还没有送出：工作页面上存着您的一份草稿{when}，和这里写的不一样。"
        "照样送出的话，那份草稿就删了；想用草稿，请先不办。"
    )


def left(due: str | None, now: str, *, paused: bool = False) -> str:
    """还剩 3 小时, 超时 2 天."""
    if paused:
        return "等居民回答，时限停着"
    if not due:
        return "没有时限"
    span = datetime.fromisoformat(due) - datetime.fromisoformat(now)
    return f"还剩 {_span(span)}" if span > timedelta() else f"已经超时 {_span(-span)}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} 天"
    return f"{minutes // 60} 小时" if minutes >= 120 else f"{max(minutes, 1)} 分钟"


SHOWN = 8


def listed(tickets: tuple[dict[str, Any], ...], now: str) -> str:
    rows = [
        f"{number}. {'⚠️' if row['urgent'] else ''}{row['name']} {row['place']}\n{row['number']} · {_left(row, now)}"
        for number, row in enumerate(tickets[:SHOWN], 1)
    ]
    more = [f"还有 {len(tickets) - SHOWN} 件，办完前面的再看。"] if len(tickets) > SHOWN else []
    return "\n".join([f"等您办的 {len(tickets)} 件，最急的在前：", *rows, *more])


def _left(row: dict[str, Any], now: str) -> str:
    return "有危险，马上办" if row["urgent"] else left(row["due_at"], now, paused=row["paused"])


def list_buttons(tickets: tuple[dict[str, Any], ...]) -> Rows:
    return tuple(
        (Button(f"duty-show:{row['number']}", f"{number} {row['name']}"),)
        for number, row in enumerate(tickets[:SHOWN], 1)
    )


def shown(ticket: dict[str, Any], now: str) -> str:
    if ticket["lane"] == "legal":
        lines = _of_legal(ticket)
    else:
        lines = [f"地点：{ticket['place'] or '没有写'}", f"居民说：{quoted(ticket['text'])}"]
        lines += [f"照片：{ticket['photos']} 张"] if ticket["photos"] else []
    elsewhere = [ELSEWHERE] if set(ticket["actions"]) - set(map(action_of, DEEDS)) - BETWEEN_ADVISERS else []
    due = f"（最迟 {moment(ticket['due_at'])}）" if ticket["due_at"] and not ticket["urgent"] else ""
    return "\n".join(
        [f"值班 【{ticket['number']}】{ticket['name']}", *lines, f"时限：{_left(ticket, now)}{due}", *elsewhere]
    )


def _of_legal(ticket: dict[str, Any]) -> list[str]:
    """`text` is there where the resident agreed."""
    if not ticket["text"]:
        return [LEGAL_HERE]
    facts = [_told(told) for told in ticket.get("facts", [])]
    further = [f"居民后来说：{_begun(ticket['further'])}"] if ticket.get("further") else []
    draft = [f"您在工作页面上存着一份草稿（{moment(ticket['drafted_at'])} 存的）。"] if ticket.get("drafted_at") else []
    return [f"居民问：{_begun(ticket['text'])}", *facts, *further, *draft, LEGAL_AGREED]


def _told(told: dict[str, Any]) -> str:
    """有关的报修：GS20261123-0001 路灯故障，现在：●●●○○○○ 派遣，最迟 11 月 23 日 18:00"""
    said = f"{told['asked']}：{told.get('number', '')} {told['answer']}".replace("： ", "：")
    if not (state := told.get("state")):
        return said
    due = f"，最迟 {moment(state['due_at'])}" if state["due_at"] else ""
    return f"{said}，现在：{progress(state['step'])}{ENDS.get(state['status'], '')}{due}"


def shown_buttons(ticket: dict[str, Any]) -> Rows:
    """What the API says this person may do now, here in a chat."""
    buttons = [Button(f"duty-do:{ticket['number']}:{name}", deed.name) for name, deed in open_to(ticket).items()]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    photos = Button(f"duty-photos:{ticket['number']}", f"看照片（{ticket['photos']} 张）")
    return (*rows, *(((photos,),) if ticket["photos"] else ()))


def pictured(number: str, at: int, shown: int, all_told: int) -> str:
    more = f"，一共 {all_told} 张，其余在工作页面上" if all_told > shown and at == shown else ""
    return f"【{number}】照片 {at}{more}"


def question(form: Form) -> str:
    deed, wanted = DEEDS[form.action], missing(form)
    return f"【{form.number}】{deed.name}\n{dict(deed.asks)[wanted]}"


def question_buttons(form: Form) -> Rows:
    skip = DEEDS[form.action].skips.get(missing(form))
    pass_by = (Button(f"duty-skip:{form.key}", skip),) if skip else ()
    return ((*pass_by, Button(f"duty-drop:{form.key}", "先不办")),)


READ_AGAIN = 500  # characters of what was written, on its card
FIELDS = {"note": "您写的", "reason": "原因", "to": "建议由谁办", "laws": "依据"}


def check(form: Form) -> str:
    deed = DEEDS[form.action]
    lines = [f"{FIELDS[name]}：{_begun(form.fields[name]) or LEFT_EMPTY}" for name, _ in deed.asks]
    lines += [WITH_LAWYER] if form.lawyer else []
    if deed.photos:
        lines.append(f"照片：{len(form.photos)} 张" if form.photos else "还没有照片，有的话现在发来。")
    return "\n".join([f"【{form.number}】{deed.name}", *lines, "", "对的话请按“确认送出”。"])


def _begun(text: str) -> str:
    return text if len(text) <= READ_AGAIN else f"{text[:READ_AGAIN]}…"


def check_buttons(form: Form, *, own: bool) -> Rows:
    key = form.key
    again = (Button(f"duty-redo:{key}", "重写"),) if DEEDS[form.action].asks else ()
    mine = ((Button(f"duty-own:{key}", "不是办理，是我要报的事"),),) if own else ()
    lawyer = ((Button(f"duty-lawyer:{key}", LAWYER_BUTTONS[form.lawyer]),),) if DEEDS[form.action].lawyer else ()
    return ((Button(f"duty-ok:{key}", "确认送出"),), *lawyer, (*again, Button(f"duty-drop:{key}", "先不办")), *mine)


def again_button(form: Form) -> Rows:
    return ((Button(f"duty-again:{form.key}", f"接着写：{DEEDS[form.action].name}"),),)


MINE: Rows = ((Button("mine", "我的上报"),),)
LIST: Rows = ((Button("duty", "我的工单"),),)
