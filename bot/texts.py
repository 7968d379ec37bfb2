"""Every word a person reads in chat. Pure. Short, warm and exact; read each one aloud before changing it."""

from datetime import datetime, timedelta, timezone
from typing import Any

from bot import legal_texts, mediation_texts
from bot.events import Button, Rows

SHANGHAI = timezone(timedelta(hours=8))
SEVEN = ("发现", "立案", "派遣", "处理", "反馈", "核查", "评价")
SERVICE = "姑苏区居民前门"

HELLO = (
    "您好，我是姑苏区的报事助手。\n"
    "路灯坏了、下水道堵了、垃圾没人清……用您自己的话说一句就行。我记下来，交给人去办，办到哪一步都告诉您。\n"
    "法律上的事也可以问，我转给社区的法律顾问。\n"
    "着火、漏煤气、有人受伤，请先拨 119、110 或 120。"
)
HELP = (
    "您可以这样用：\n"
    "· 直接说事：“南环新村12幢门口路灯不亮”\n"
    "· 可以发照片，也可以发定位\n"
    "· 说“我的上报”，看您报过的事\n"
    "· 发编号，看办到哪一步，也可以撤回\n"
    "· 说“取消”，正在说的这件就不报了\n"
    "· 说“订阅”，每周收一条法律知识；“退订”就不收了\n"
    "· 说“人工”，请工作人员来看"
)
THANKS = "不客气。有事随时跟我说。"
GOODBYE = "再见，有事随时来说。"
GREETING = "您好！有什么事要报修、反映，或者法律上想问的，直接跟我说。"
GO_ON = "好，您说：什么事，在哪里？"
NOTHING_TO_CANCEL = "好，我先不动。已经提交的想撤回，请把编号发给我。"
CANCELLED = "好，这一件不报了。"
NOTHING_ASKED = "好的。您想反映什么事？直接说就行。"
OUTSIDE_OUR_WORK = (
    "这个我帮不上忙。报修、反映身边的事、问法律，可以找我。\n要是您确实有事要反映，按下面的按钮，请工作人员来看。"
)
ONLY_CHINESE = "我只看得懂中文，对不起。请用中文再说一遍；要么按下面的按钮，请工作人员来看。"
NOT_UNDERSTOOD = "我没听懂，对不起。换个说法告诉我：什么事，在哪里？要么按下面的按钮，请工作人员来看。"
HUMAN = "好，请工作人员来看。是什么事、在哪里？写下来，我原样转交。"
ABOUT_US = "对不起，没帮上您。按下面的按钮，我请工作人员来看。"
NOTHING_TO_RATE = "现在没有等您评价的事。办完核查以后，我会来请您评价。"
TOO_LONG = "您写得比较长，我先记下前面 4000 字。"
STALE = "这个按钮用不了了。"
STALE_FILED = "这个按钮用不了了。已经提交的想撤回，请把编号发给我。"
LEFT = "好，那就先不说。"
PHOTOS_LOST = "有照片没有传上，请再发一次。"
WHAT_IS_IT = "请换个说法告诉我是什么事。说不清也没关系，按下面的按钮，工作人员会看。"
WHERE = "在哪里？写下路名、小区、楼号都行，也可以发定位。"
WHERE_EXACT = "具体在哪里？越准越好，比如“南环新村12幢门口”。也可以发定位。"
WHERE_LEGAL = "您住在哪个社区或小区？我好转给对应的法律顾问。不想说也行。"
WHERE_BESIDE = "这句我记下了。那么在哪里呢？写个路名或小区就行；说不清也没关系，按下面的按钮。"
WHERE_AGAIN = "我还不知道在哪里。写个路名或小区就行；说不清也没关系，按下面的按钮。"
STILL_UNCLEAR = "我还是没弄明白。"
TO_CLERK = "没关系，我请工作人员来看。"
KEPT_AS_IT_IS = "好，{number} 照常办。"
CHANGE_PLACE = "好，请告诉我正确的地点。"
WHAT_TO_CHANGE = "哪里不对？按下面的按钮改，或者直接把对的说给我。"
DELAYED = {
    "told": "系统现在有点忙。您说的我已经记下，会一直试到提交成功，您不用重发。",
    "asked": "系统现在有点忙。一查到就告诉您，您不用重发。",
}
KEPT_FOR_LATER = "这件我也记下了，先说完前面一件。"
NEXT_MATTER = "接着说下一件。"
PHOTO_KEPT = "照片收到了。"
PHOTO_FIRST = "照片收到了。这是什么事、在哪里？跟我说一句。"
PHOTO_ADDED = "照片已经加到 {number}。"
NO_MORE_PHOTOS = "一件事最多 9 张照片，已经够了。"
LOCATION_FIRST = "定位收到了。这里出了什么事？跟我说一句。"
NO_REPORTS = "您还没有报过事。有事直接跟我说就行。"
ADDED = "您的话已经记到 {number} 上，谢谢。"
EDIT_TOO_LATE = "看到您改了消息。已经提交的不会跟着变，要补充请再说一句。"
EDITED = "看到您改了，我按新的来。"
SEE_PHOTO = "请看照片。"
WHY_DISPUTE = "哪里没解决？说一句，我请他们回来再办。"
WHY_REOPEN = "还有什么问题？说一句，我转给他们。"
ANSWER = "好，请说，我转给经办人。"
ASK_FURTHER = "好，请接着问，还是这位顾问回答您。"
WHAT_IS_OPEN = "还差什么没说清楚？写给我，我请顾问再答。"
AFTER_URGENT_WHERE = "在哪里出的事？告诉我，我马上补上。"
WITHDRAW_SURE = "真的要撤回 {number} 吗？撤回以后就不办了。"
NO_BUTTON = "对的话请按“确认提交”；哪里不对，直接告诉我。"

UNREADABLE = {
    "empty": "您好像发了一条空消息。有什么事，写一句给我。",
    "emoji": "我只看到表情和符号。有什么事，写一句给我。",
    "sticker": "贴纸我看不懂。有什么事，写一句给我。",
    "voice": "语音我还听不懂，对不起。请用输入法的“语音转文字”说给我。",
    "video": "视频我还看不了。请写一句话，再发张照片给我。",
    "contact": "名片我用不上，已经不留。有什么事，写一句给我。",
    "file": "这种文件我打不开。请写一句话，或者发照片给我。",
    "photo_too_big": "这张照片太大了（超过 20 兆）。请发小一点的。",
    "too_long": "这条太长了，我收不下。请挑要紧的说，或者分几条发。",
    "other": "这种消息我看不懂。有什么事，写一句给我。",
}

REFUSALS = {
    "not_found": "没有找到这个编号，或者不是您报的。请再看看有没有写错。",
    "not_allowed": "这件事已经往前走了，这一步现在办不了。发编号给我，看办到哪一步。",
    "forbidden": "这一步不能由您来办。",
    "missing": "还缺一句话，请补充后再试。",
    "too_many": "已经到上限了。",
    "too_large": "这张照片太大了（超过 20 兆）。请发小一点的。",
    "bad_photo": "这张照片打不开。请换一张发给我。",
    "stale": "刚才有人先办了一步，请再看一下进度。",
    "key_reused": "这一条已经提交过了。",
    "already_known": "这件事邻居已经报过，正在办。",
    "unknown_label": "这一类现在收不了，我请工作人员来看。",
}
REFUSED_ACTS = {  # where what was tried says more than the code does
    ("reopen", "not_allowed"): "办结已经过了七天，不能重新打开了。要再报一次，按下面的按钮，工作人员会看到您刚才的话。",
    ("dispute", "not_allowed"): "这件事已经往前走了，不能退回了。按下面的按钮，工作人员会看到您刚才的话。",
    ("another", "not_allowed"): "眼下没有别的顾问能换了。您可以接着问，也可以拨打 12348，免费的法律热线。",
    ("unsolved", "not_allowed"): "这件咨询已经往前走了。发编号给我，看办到哪一步；也可以拨打 12348。",
    ("rate", "not_allowed"): "您已经评过了，或者这件事还没到评价的时候。",
    ("withdraw", "not_allowed"): "已经有人在办了，撤不回来了。",
    **mediation_texts.REFUSED,
}
GONE_MEANWHILE = ("not_found", "not_allowed")
APART = "邻居那件刚刚办完或者撤回了，我给您单独报。"
REFUSED = "这一步没有办成，请稍后再试，或者拨打 12345。"

DESPAIR = "保护好自己，别让人一个人待着。心里难受，也可以打 12356（心理援助），有人听您说。"
DANGERS = {"119": "119（消防、燃气）", "110": "110（公安）", "120": "120（急救）"}
LEGAL_ENTRY = "法律咨询"
CLERK = "请工作人员来看"


def refused(action: str, code: str) -> str:
    return REFUSED_ACTS.get((action, code)) or REFUSALS.get(code, REFUSED)


def urgent(numbers: tuple[str, ...]) -> str:
    named = "、".join(DANGERS.get(number, number) for number in numbers if number != "12356") or "119、110 或 120"
    safe = DESPAIR if "12356" in numbers else "能离开就先离开，保护好自己。"
    return f"⚠️ 有危险！请您马上拨打 {named}。\n我不能替您报警，请您自己拨打。{safe}"


def urgent_filed(number: str, placed: bool) -> str:
    text = f"您说的情况我已经转给工作人员，编号 {number}。"
    return f"{text}\n先打电话求救，不要等我。" + ("" if placed else f"\n{AFTER_URGENT_WHERE}")


def several(number: int) -> str:
    return f"您说了 {number} 件事，我一件一件来。"


def spot(lat: float, lon: float) -> str:
    return f"定位：北纬 {lat:.5f}，东经 {lon:.5f}"


def day(iso: str) -> str:
    """11 月 23 日, in the district's time."""
    at = datetime.fromisoformat(iso).astimezone(SHANGHAI)
    return f"{at.month} 月 {at.day} 日"


def moment(iso: str | None) -> str:
    """11 月 23 日 18:00, in the district's time."""
    if not iso:
        return ""
    at = datetime.fromisoformat(iso).astimezone(SHANGHAI)
    return f"{at.month} 月 {at.day} 日 {at:%H:%M}"


UNITS = {"minute": "分钟", "working_hour": "个工作小时", "working_day": "个工作日", "day": "天"}


def promise(facts: dict[str, Any] | None, verb: str = "处理完成") -> str:
    """24 小时内处理完成，最迟 11 月 23 日 18:00."""
    if not facts or not facts.get("at"):
        return ""
    span = "24 小时" if (facts["value"], facts["unit"]) == (1, "day") else f"{facts['value']} {UNITS[facts['unit']]}"
    assumed = "（时限暂定）" if facts.get("assumed") else ""
    return f"{span}内{verb}，最迟 {moment(facts['at'])}{assumed}。"


def progress(step: int) -> str:
    """●●●○○○○ 派遣"""
    return f"{'●' * step}{'○' * (7 - step)} {SEVEN[step - 1]}"


def filed(number: str, facts: dict[str, Any]) -> str:
    if facts.get("joined"):
        return f"好，和邻居一起跟进，编号 {number}。\n{progress(facts['step'])}\n每走一步我都告诉您。"
    legal = facts.get("lane") == "legal"
    lines = [
        f"收到了，编号 {number}。",
        promise(facts.get("promise"), "答复您" if legal else "处理完成"),
        _of_legal(facts) if legal else "",
        progress(1),  # what has gone further by itself is told by its own notices, right after this
        "每走一步我都告诉您。把编号发给我，随时能查。",
    ]
    return "\n".join(line for line in lines if line)


def _of_legal(facts: dict[str, Any]) -> str:
    called = legal_texts.filed(facts["pseudonym"]) if facts.get("pseudonym") else ""
    nobody = legal_texts.NOBODY_YET if facts.get("status") == "filed" else ""
    return "\n".join(filter(None, (called, nobody)))


def listed(tickets: tuple[dict[str, Any], ...]) -> str:
    lines = [f"{row['number']} {row['name']}\n{progress(row['step'])}{ENDS.get(row['status'], '')}" for row in tickets]
    return "\n".join(["您报过的事：", *lines, "", "按一下，看办到哪一步。"])


ENDS = {"declined": "（没有受理）", "merged": "（已并案）", "withdrawn": "（已撤回）", "closed": "（已办结）"}


def list_buttons(tickets: tuple[dict[str, Any], ...]) -> Rows:
    return tuple((Button(f"show:{row['number']}", f"{row['number']} {row['name']}"),) for row in tickets[:8])


def shown(ticket: dict[str, Any], timeline: dict[str, Any]) -> str:
    lines = [
        f"{ticket['number']} {ticket['name']}",
        f"地点：{ticket['place'] or '没有写'}",
        progress(ticket["step"]) + ENDS.get(ticket["status"], ""),
    ]
    lines += [f"{step['name']}：{moment(step['reached_at'])}" for step in timeline["steps"] if step["reached_at"]]
    if ticket["due_at"]:
        lines.append(f"{'已经超时，最迟应在' if ticket['overdue'] else '最迟'} {moment(ticket['due_at'])}")
    if ticket["paused"]:
        waits = {"reply", "consent"} & {*ticket["actions"]}
        lines.append("正在等您的回答，时限先停着。" if waits else mediation_texts.PAUSED)
    return "\n".join(lines)


SHOWN_ACTIONS = {
    "withdraw": "撤回",
    "dispute": "没解决",
    "unsolved": "没解决",
    "reopen": "还有问题",
    "reply": "回答",
    "follow_up": "接着问",
    "another": legal_texts.ANOTHER,
} | mediation_texts.ACTIONS


def shown_buttons(ticket: dict[str, Any]) -> Rows:
    number, may = ticket["number"], ticket["actions"]
    offered = tuple(Button(f"{action}:{number}", text) for action, text in SHOWN_ACTIONS.items() if action in may)
    rating = stars(number) if "rate" in may and ticket["status"] != "closed" else ()
    return (*rating, *((offered,) if offered else ()))


STARS = {5: "很满意 5", 4: "满意 4", 3: "一般 3", 2: "不满意 2", 1: "很不满意 1"}


def stars(number: str) -> Rows:
    scores = tuple(Button(f"rate:{number}:{score}", text) for score, text in STARS.items())
    return (scores[:3], scores[3:])


def rating_buttons(number: str) -> Rows:
    return (*stars(number), (Button(f"dispute:{number}", "没解决"),))


AFTER_AN_ANSWER = {"understood": "明白了", "unsolved": "没解决", "follow_up": "还想再问"}
UNDERSTOOD = "那就好。这次回答您打几分？按一下就行，不打也行。"


def legal_rating_buttons(number: str) -> Rows:
    said = tuple(Button(f"{verb}:{number}", text) for verb, text in AFTER_AN_ANSWER.items())
    return (*stars(number), said)


RATED = "谢谢您的评价。"


def rated(score: int) -> str:
    return (
        "谢谢您的评价。想多说两句吗？直接写给我，不写也行。"
        if score >= 3
        else "谢谢您直说。哪里没做好？写给我，工作人员会看到；不写也行。"
    )


def unsolved(number: str, watched: bool) -> str:
    again = f"对不起，让您再问一遍。已经转给顾问，{number} 有了回答我就告诉您。"
    told = "督办员也知道了您说没解决，会盯着；您写的内容他平时看不到。" if watched else ""
    return f"{again}{told}等不及可以拨打 12348，免费的法律热线。"


def acted(number: str, action: str, facts: dict[str, Any]) -> str:
    done = {
        "dispute": f"明白了，{number} 退回去再办。办到哪一步我都告诉您。",
        "reopen": f"好，{number} 重新办。办到哪一步我都告诉您。",
        "reply": f"已经转给经办人，{number} 接着办。",
        "withdraw": f"{number} 已经撤回。",
        "follow_up": f"已经转给顾问，{number} 有了回答我就告诉您。",
        "unsolved": unsolved(number, bool(facts.get("watched"))),
        "another": legal_texts.another_has_it(number, str(facts.get("adviser") or "")),
        "note": ADDED.format(number=number),
        "photo": PHOTO_ADDED.format(number=number),
        **{of: words.format(number=number) for of, words in mediation_texts.DONE.items()},
    }
    return done.get(action, ADDED.format(number=number))
