"""What a resident is told in answer to what they say or press of a mediation. Pure."""

from bot.events import Button, Rows

ASK_NAME = "好。请写您的姓名，只告诉对方和调解员，调解结束我们就删掉。不想说了，发“取消”；不调解，发“不调解”。"
NAME_AGAIN = "请只写姓名，比如“沈小梅”。不想说了，发“取消”；不调解，发“不调解”。"
SURE = "真的不调解了吗？这件事还是这位顾问接着办，以后还可以再说调解。"
DONE = {
    "consent": "好，您同意调解了。顾问接着去问对方；对方也同意，调解才开始，我马上告诉您。这段时间时限先停着。",
    "decline_mediation": "好，不调解。{number} 还是这位顾问接着办。",
}
ENDED = "这次调解已经结束，或者您已经回答过了。发编号给我，看办到哪一步。"
REFUSED = {("consent", "not_allowed"): ENDED, ("decline_mediation", "not_allowed"): ENDED}
ACTIONS = {"consent": "同意调解", "decline_mediation": "不调解"}
PAUSED = "正在调解，时限先停着。"


def asks(number: str) -> Rows:
    return ((Button(f"consent:{number}", "同意调解"), Button(f"unmediated:{number}", "不调解")),)


def sure_buttons(number: str) -> Rows:
    return ((Button(f"leave:{number}", "确定不调解"), Button(f"keep:{number}", "接着调解")),)
