"""Every Chinese word of the staff pages that stands for a code. Complete over the enums by test."""

from dataclasses import dataclass

from api.deliveries import Standing
from api.lifecycle import Action, Lane, Need, Role, Status
from api.mediation.stage import Kind as Mediated
from api.mediation.stage import Outcome
from nlp.catalogue import Kind


@dataclass(frozen=True, slots=True)
class Phrase:
    """An action as a button, as a thing done, and what it brings about where the button does not say it."""

    button: str
    done: str
    hint: str = ""


ROLES: dict[Role, str] = {
    Role.RESIDENT: "居民",
    Role.TRIAGE: "受理员",
    Role.HANDLER: "承办员",
    Role.VERIFIER: "核查员",
    Role.ADVISER: "法律顾问",
    Role.SUPERVISOR: "督办员",
    Role.ADMIN: "管理员",
    Role.SYSTEM: "系统",
    Role.CLOCK: "系统",
}

_STATUSES: dict[Status, str] = {
    Status.REPORTED: "待受理",
    Status.FILED: "待派遣",
    Status.DISPATCHED: "待接单",
    Status.IN_PROGRESS: "处理中",
    Status.REPORTED_BACK: "待核查",
    Status.VERIFIED: "待评价",
    Status.CLOSED: "已办结",
    Status.DECLINED: "不予受理",
    Status.MERGED: "已并案",
    Status.WITHDRAWN: "已撤回",
}
_LEGAL_STATUSES: dict[Status, str] = {
    Status.FILED: "待交顾问",
    Status.DISPATCHED: "待顾问接手",
    Status.IN_PROGRESS: "顾问办理中",
    Status.REPORTED_BACK: "已答复待评价",
}
STATUSES: dict[tuple[Lane, Status], str] = {
    (lane, status): _LEGAL_STATUSES.get(status, word) if lane is Lane.LEGAL else word
    for lane in Lane
    for status, word in _STATUSES.items()
}

_PHRASES: dict[Action, Phrase] = {
    Action.FILE: Phrase("立案", "立案"),
    Action.DISPATCH: Phrase("派遣", "派遣"),
    Action.ACCEPT: Phrase("接单", "接单", "居民会收到通知：已有人处理。"),
    Action.REPORT_BACK: Phrase("反馈处理结果", "反馈处理结果", "这段话会发给居民，然后由核查员核查。"),
    Action.PASS: Phrase("核查通过", "核查通过", "居民会收到请其评价的消息。"),
    Action.FAIL: Phrase("核查不通过", "核查不通过，请承办方再办", "原因会发给居民和承办方。"),
    Action.RATE: Phrase("评价", "作出评价"),
    Action.DISPUTE: Phrase("没解决", "反映没有解决"),
    Action.REOPEN: Phrase("重新打开", "要求重新办理"),
    Action.RETURN: Phrase("退回", "退回", "退回不停表，承诺居民的时限照旧。"),
    Action.ASK: Phrase("询问居民", "询问居民", "居民有 3 个工作日答复，这段时间不计时。一件最多问两次。"),
    Action.REPLY: Phrase("答复", "答复"),
    Action.RESUME: Phrase("恢复计时", "没有等到答复，恢复计时"),
    Action.TELL: Phrase("告诉居民", "告诉居民", "照原样发给居民，一起跟进的也收得到，不停表。请别写别人的姓名电话。"),
    Action.ASK_TIME: Phrase("申请延期", "申请延期", "由督办员决定。"),
    Action.GRANT: Phrase("同意延期", "同意延期", "承诺时限再加一个原定时长，居民会收到通知。"),
    Action.REFUSE: Phrase("不同意延期", "没有同意延期"),
    Action.CORRECT: Phrase("更正事项或地点", "更正"),
    Action.DECLINE: Phrase("不予受理", "决定不予受理", "原因会原样发给居民。"),
    Action.MERGE: Phrase("并入另一件", "并入另一件", "这位居民会跟着另一件收到进展。"),
    Action.UNMERGE: Phrase("恢复办理", "恢复办理"),
    Action.WITHDRAW: Phrase("撤回", "撤回"),
    Action.EXPIRE: Phrase("到期办结", "到期没有评价，自动办结"),
    Action.PASS_ON: Phrase("转交其他顾问", "转交其他顾问", "转交后您就看不到这件咨询了。"),
    Action.FOLLOW_UP: Phrase("追问", "追问"),
    Action.UNSOLVED: Phrase("没解决", "说没解决，接着问"),
    Action.ANOTHER: Phrase("换一位顾问", "想换一位顾问，已经转给另一位"),
    Action.SOON: Phrase("快到时限", "提醒：时限快到了"),
    Action.LATE: Phrase("超过时限", "提醒：已经超过时限"),
    Action.BADLY_LATE: Phrase("严重超时", "提醒督办员：严重超时"),
    Action.INVITE: Phrase("请单位协办", "请人协办", "协办单位做完自己那部分，主办才能反馈处理结果。"),
    Action.CONTRIBUTE: Phrase("协办完成", "做完了协办的部分", "主办会收到通知。"),
    Action.RELEASE: Phrase("不再协办", "决定不再需要协办"),
    Action.URGE: Phrase("督办", "督办", "要求会送到现在该办这件事的人那里。"),
    Action.PROPOSE_MEDIATION: Phrase(
        "提议调解",
        "提议调解",
        "先问居民，三个工作日内等他回答，不计时。居民同意以前，请不要去找对方。一件最多提三次。",
    ),
    Action.CONSENT: Phrase("同意调解", "同意调解"),
    Action.PARTY_CONSENTS: Phrase("对方同意了", "记下对方同意", "两边都同意，调解就开始了，居民会收到通知。"),
    Action.DECLINE_MEDIATION: Phrase(
        "不调解了", "决定不调解", "对方不同意，或者您收回提议。居民会收到通知，这件还是您办。"
    ),
    Action.MEDIATION_DATE: Phrase(
        "约定时间地点", "约定调解的时间地点", "居民会收到通知，前一天再提醒一次。改期也在这里。"
    ),
    Action.MEDIATION_OUTCOME: Phrase(
        "记下调解结果", "记下调解结果", "写的话会原样发给居民；达成协议的，请写协议内容。然后请居民评价。"
    ),
    Action.REMIND_OF_MEDIATION: Phrase("提醒调解", "提醒：快要调解了"),
    Action.MEDIATION_STALLS: Phrase("调解没有进展", "提醒：调解很久没有动了"),
    Action.BREAK_GLASS: Phrase(
        "查看咨询内容",
        "查看了咨询内容",
        "只在确有必要时看。您的名字和理由会记下来，承办的法律顾问会收到通知；到时间自动关上。",
    ),
    Action.ASK_REVIEW: Phrase(
        "请同行看一看",
        "请另一位顾问看一看答复",
        "发过去的是已存的草稿。居民先收到一句话，知道还有一位顾问在看。最迟一个工作日，到时间自动收回；您的时限照走。",
    ),
    Action.REVIEW: Phrase("写意见", "写了意见", "只有请您看的顾问看得到。写完，这件您就看不到了。"),
    Action.END_REVIEW: Phrase("不用同行看了", "收回了给同行看的答复", "收回后，那位顾问就看不到这件了。"),
}
_LEGAL_PHRASES: dict[Action, Phrase] = {
    Action.DISPATCH: Phrase("交给顾问", "交给顾问"),
    Action.ACCEPT: Phrase("接手", "接手", "居民会收到通知：已有顾问办理。"),
    Action.REPORT_BACK: Phrase("答复居民", "作出答复", "这段话会原样发给居民，请写清楚依据和下一步。"),
}
PHRASES: dict[tuple[Lane, Action], Phrase] = {
    (lane, action): _LEGAL_PHRASES.get(action, phrase) if lane is Lane.LEGAL else phrase
    for lane in Lane
    for action, phrase in _PHRASES.items()
}
REPORT, NOTE = "report", "note"  # events that are no actions
OTHER_EVENTS = {
    REPORT: "上报",
    NOTE: "写了备注",
    "join": "一起跟进",
    "followers": "更新了一起跟进的居民",
    "look": "查看了居民的联系方式",
    "erase": "按规定删去了居民的话",
    "resend": "把通知又发了一次",
}
WHY_ALIKE = {
    "item": "同一事项",
    "kin": "同一大类",
    "point": "定位相近",
    "grid": "同一网格",
    "place": "地点相近",
    "community": "同一社区",
    "words": "说法相近",
}
DESK_CHANNEL, PROGRESS = "工作台", "进度"
WHOM = {"reporter": "上报的居民", "neighbour": "一起跟进的居民", "nobody": "已经不在的人"}
STANDINGS = {
    Standing.WAITS: "等着发",
    Standing.ON_ITS_WAY: "正在发",
    Standing.ARRIVED: "已送到",
    Standing.FAILED: "没有送到",
}
LOOKED_AT, UNSEEN = "已看过", "还没看"
WHY_NOT_ARRIVED = {
    "blocked": "对方不再接收机器人的消息",
    "no_chat": "找不到这个聊天",
    "refused": "聊天软件拒收",
    "erased": "居民的资料已经删去",
    "not_theirs": "这个聊天已经不归这件工单的人用",
    "gone": "对方不再接收这件的进度",
}
NOT_ARRIVED = "对方系统没有收下"

_FIELDS: dict[tuple[Action, Need], str] = {
    (Action.DISPATCH, Need.TO): "派给谁",
    (Action.RETURN, Need.TO): "建议由谁承办",
    (Action.RETURN, Need.REASON): "退回的原因",
    (Action.REPORT_BACK, Need.NOTE): "办理情况",
    (Action.ASK, Need.NOTE): "想问居民什么",
    (Action.TELL, Need.NOTE): "想告诉居民什么",
    (Action.FAIL, Need.REASON): "哪里没有办好",
    (Action.URGE, Need.NOTE): "督办要求",
    (Action.ASK_TIME, Need.REASON): "为什么需要延期",
    (Action.REFUSE, Need.REASON): "不同意的理由",
    (Action.CORRECT, Need.REASON): "为什么更正",
    (Action.DECLINE, Need.REASON): "不予受理的原因",
    (Action.INVITE, Need.TO): "请谁协办",
    (Action.INVITE, Need.REASON): "请他们做什么",
    (Action.CONTRIBUTE, Need.NOTE): "做了什么",
    (Action.RELEASE, Need.TO): "哪一家不再协办",
    (Action.RELEASE, Need.REASON): "为什么不再需要",
    (Action.BREAK_GLASS, Need.REASON): "为什么要看（至少十个字）",
    (Action.PROPOSE_MEDIATION, Need.KIND): "怎么调解",
    (Action.PROPOSE_MEDIATION, Need.PARTY): "和谁调解",
    (Action.PROPOSE_MEDIATION, Need.REACH): "怎么找到对方（只有您看得到）",
    (Action.PROPOSE_MEDIATION, Need.NOTE): "为什么建议调解（居民看得到）",
    (Action.PARTY_CONSENTS, Need.ON): "哪一天同意的",
    (Action.PARTY_CONSENTS, Need.HOW): "怎么同意的（只有您看得到）",
    (Action.MEDIATION_DATE, Need.AT): "什么时候",
    (Action.MEDIATION_DATE, Need.WHERE): "在哪里",
    (Action.MEDIATION_OUTCOME, Need.OUTCOME): "结果",
    (Action.MEDIATION_OUTCOME, Need.ON): "哪一天",
    (Action.MEDIATION_OUTCOME, Need.NOTE): "协议内容，或者想对居民说的话",
    (Action.MERGE, Need.INTO): "并入哪一件（工单编号）",
    (Action.ASK_REVIEW, Need.TO): "请哪位顾问（和这件没有利害关系的）",
    (Action.ASK_REVIEW, Need.ASIDE): "想请他看什么",
    (Action.REVIEW, Need.VERDICT): "您的意见",
    (Action.REVIEW, Need.ASIDE): "怎么改，或者还要注意什么",
}
FIELDS: dict[tuple[Lane, Action, Need], str] = {
    (lane, action, need): word for lane in Lane for (action, need), word in _FIELDS.items()
} | {
    (Lane.LEGAL, Action.DISPATCH, Need.TO): "交给哪位顾问",
    (Lane.LEGAL, Action.REPORT_BACK, Need.NOTE): "答复",
}
MEDIATED = {Mediated.COMMUNITY: "人民调解（社区人民调解委员会）", Mediated.COURT: "诉前联调（和法院一起）"}
OUTCOMES = {
    Outcome.AGREED: "达成协议",
    Outcome.FAILED: "未达成",
    Outcome.LEFT: "一方退出",
    Outcome.DECLINED: "不调解",
    Outcome.DROPPED: "没有继续",
}
WHO_DECLINED = {"resident": "居民不调解", "party": "对方不调解", "adviser": "顾问收回了提议"}
LABEL, PLACE, PHOTOS, NEW_NOTE = "事项", "地点", "照片", "备注"
NO_PEERS = "眼下没有能请的顾问：别的都转交过这件，或者有利害关系。"
LAWYER = "要不要请律师"
LAWYERS = [("", "不用说"), ("yes", "这件事需要请律师")]
VERDICTS = {"agrees": "同意这样答", "changes": "建议修改"}
LAWS = "依据的法律和条文，一行一条，可不填"
OTHER_FIELDS = {"label": LABEL, "place": PLACE, "photo": PHOTOS, "text": NEW_NOTE}

TABS = {"mine": "待我办理", "open": "全部在办", "ended": "已办结"}
UNIT_KINDS = {
    "contractor": "承包单位",
    "station": "联动工作站",
    "department": "职能部门",
    "patrol": "网格巡查队",
    "enforcement": "执法队",
    "circle": "居民区队",
    "inspection": "督察队",
    "group": "三官一律小组",
}
WHY_UNUSABLE = {
    "no_such_unit": "规则点名的单位已经不在",
    "no_such_staff": "规则点名的人已经不在岗",
    "no_place": "不知道在哪条街道",
    "no_unit_here": "这一片没有这类单位",
    "nobody_on_duty": "这个时间没有人值班",
}
PEOPLE_GROUP = {Lane.PUBLIC: "承办员", Lane.LEGAL: "法律顾问"}
ITEM = "基层网格事项"
KINDS = {Kind.REFERRAL: "转办事项", Kind.LEGAL: "法律咨询", Kind.OTHER: "其他"}  # items have categories
TIME_UNITS = {"minute": "分钟", "working_hour": "个工作小时", "working_day": "个工作日", "day": "天"}
CHANNELS = {
    "telegram": "Telegram",
    "web": "网页对话",
    "12345": "12345 热线",
    "digital_city": "数字城管",
    "110_parking": "110 挪车",
    "hanshan": "寒山闻钟",
    "open311": "Open311 应用",
    "home_visit": "上门走访",
}
OTHER_CHANNEL = "其他渠道"
HIDDEN = "法律咨询内容仅承办顾问可见"
