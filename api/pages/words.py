"""Every Chinese word of the staff pages that stands for a code. Complete over the enums by test."""

from dataclasses import dataclass

from api.deliveries import Standing
from api.lifecycle import Action, Lane, Need, Role, Status
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
    Action.SOON: Phrase("快到时限", "提醒：时限快到了"),
    Action.LATE: Phrase("超过时限", "提醒：已经超过时限"),
    Action.BADLY_LATE: Phrase("严重超时", "提醒督办员：严重超时"),
    Action.INVITE: Phrase("请单位协办", "请人协办", "协办单位做完自己那部分，主办才能反馈处理结果。"),
    Action.CONTRIBUTE: Phrase("协办完成", "做完了协办的部分", "主办会收到通知。"),
    Action.RELEASE: Phrase("不再协办", "决定不再需要协办"),
    Action.URGE: Phrase("督办", "督办", "要求会送到现在该办这件事的人那里。"),
    Action.BREAK_GLASS: Phrase(
        "查看咨询内容",
        "查看了咨询内容",
        "只在确有必要时看。您的名字和理由会记下来，承办的法律顾问会收到通知；到时间自动关上。",
    ),
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
    (Action.MERGE, Need.INTO): "并入哪一件（工单编号）",
}
FIELDS: dict[tuple[Lane, Action, Need], str] = {
    (lane, action, need): word for lane in Lane for (action, need), word in _FIELDS.items()
} | {
    (Lane.LEGAL, Action.DISPATCH, Need.TO): "交给哪位顾问",
    (Lane.LEGAL, Action.REPORT_BACK, Need.NOTE): "答复",
}
LABEL, PLACE, PHOTOS, NEW_NOTE = "事项", "地点", "照片", "备注"
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

ERRORS: dict[str, str] = {
    "error": "这一步没有办成。",
    "not_signed_in": "请先登录。",
    "not_bound": "这个聊天没有绑定工作人员。",
    "forbidden": "这一步不归您的岗位办理。",
    "not_found": "没有找到这一页。可能编号有误，也可能这件工单不在您的办理范围内。",
    "not_allowed": "按工单现在的状态，这一步不能办。",
    "stale": "有人先办了一步，您的操作没有执行。",
    "held": "同事领了这件在办，您的操作没有执行。",
    "key_reused": "这张表已经提交过一次，后来改动的内容没有提交。",
    "has_ended": "这个编号的诉求已经收到过，工单也已经结束。",
    "malformed": "这个地址或这张表不完整，请返回上一页再试。",
    "wrong_method": "这个地址不能这样打开。",
    "missing": "还有内容没有填。",
    "broken": "系统出了问题，这一步可能没有办成。请稍后再试。",
    "unknown_assignee": "选中的单位或人员不能承办这件工单，请另选。",
    "unknown_label": "这件工单不能归到选中的事项，请另选。",
    "bad_target": "没有找到可以并入的工单。请填另一件在办工单的编号。",
    "bad_photo": "这个文件不是能打开的照片。请换一张 JPG、PNG 或手机拍的照片。",
    "no_store": "照片现在存不进去，这一步没有办成，写的内容还在下面。请稍后再试，或者先不带照片提交。",
    "too_large": "太大了：照片每张不能超过 20 MB。",
    "already_known": "这件事已经有人报过，正在办。",
    "too_fast": "试得太快了，请过一会儿再来。",
    "too_many": "这件工单不能再添加了，已经到上限。",
    "too_long": "写得太长了：说明最多 4000 字，地点最多 300 字。",
    "bad_staff": "不能添加这个人员。",
    "bad_organisation": "这份分工文件不能用。",
    "bad_unit": "不能添加这个单位。",
    "bad_resident": "这不是一位居民的地址。",
    "bad_text": "这句常用语不能这样存。",
    "bad_client": "不能给这个程序发密钥。",
}
REASONS: dict[str, str] = {
    "csrf": "这一页放得太久，已经失效。请返回上一页，刷新后再试。",
    "reads_only": "这个令牌只能查看。",
    "two_persons": "一次只能替一个人办。",
    "handled_it": "这件是您自己办的，要由别人核查。",
    "supervisor_only": "这件已转督办，由督办员决定。",
    "anonymous": "居民选择了匿名，看不到是谁。",
    "already_asked": "已经提过一次，正在等答复。",
    "nothing_asked": "没有等待决定的申请，可能已经有人办过。",
    "no_other_adviser": "没有别的法律顾问可以接手。",
    "too_many_pixels": "这张照片的尺寸太大，请缩小后再传。",
    "already_rated": "已经评价过了。",
    "not_lead": "这件由别的单位主办，您这边只办协办的部分。",
    "leads": "这件由您主办，没有协办的部分。",
    "already_there": "这一家已经在办这件了。",
    "no_part": "没有等它完成的协办任务，可能已经做完。",
    "parts_undone": "协办单位还没有做完，做完了才能反馈。",
    "others_follow": "有邻居一起跟进，不能改成法律咨询。请另外登记一件。",
    "texts": "常用语最多 200 句，请先删去一些。",
    "clients": "委托人最多记 500 位，请先删去一些。",
    "has_part": "这位顾问和这件事有利害关系，请另选一位。",
    "views": "常用筛选最多存 12 个，请先删去一个。",
    "other_changed": "另一件刚刚有了变化，没有动它。请看过再决定。",
    "on_its_way": "这条通知正在发，不用再发。",
    "told_since": "这条通知之后又发过别的，或者已经有人重发过。",
    "not_again": "这条通知不能重发：对方已经不需要或收不到了。",
    "too_late": "已经过了可以重新打开的时间。",
}
BAD_TEXTS: dict[str, str] = {
    "no_name": "请给这句话起个名称。",
    "no_words": "请写要发给居民的话。",
    "too_long": "太长了：名称最多 {name} 个字，话最多 {most} 个字。",
    "no_action": "请选这句话用在哪里。",
    "no_item": "选中的事项已经停用，请另选。",
    "no_step": "请选到了哪一步。",
    "no_placeholder": "{hole}系统不认识。能用的只有 {{编号}}、{{事项}}、{{地点}}、{{时限}}，花括号不要作别的用。",
}
BAD_STAFF: dict[str, str] = {
    "name": "登录名要有 1 到 100 个看得见的字，不能有冒号，也不能是系统用的名称。",
    "taken": "已经有这个登录名。要新口令，就在他那一行换。",
    "role": "请选岗位。",
    "scope": "选中的范围已经不在，请另选。",
    "self": "自己的岗位要由另一位管理员改。",
    "not_you": "您已经不是管理员，这一步没有办。",
    "in_hand": "还有 {many} 件在办工单在他手上，请先改派给别人。",
    "gone": "他已经不在岗，先恢复再换口令。",
}
BAD_UNITS: dict[str, str] = {
    "code": "代码要有 1 到 100 个字，不能有冒号，第一个字不能是空格。",
    "taken": "已经有这个代码，或者有人用它作登录名，请换一个。",
    "kind": "请选是什么单位。三官一律小组要和它的网格、成员一起登记，请用分工文件。",
    "name": "名称要有 1 到 100 个看得见的字，不能有冒号。",
    "street": "选中的街道已经不在，请另选。",
    "in_hand": "还有 {many} 件在办工单在它手上，请先改派给别家。",
}
WRONG_LOGIN = "登录名或口令不对。连续错五次，要等十五分钟才能再试。"


def of_error(code: str, reason: str = "") -> str:
    return REASONS.get(reason) or ERRORS.get(code, ERRORS["error"])


def of_needs(lane: Lane, action: Action | None, needs: list[str]) -> str:
    """What is still to be filled in, by the names on the form."""
    named = [FIELDS[lane, action, Need(need)] for need in needs if action and need in list(Need)]
    named += [OTHER_FIELDS[need] for need in needs if need in OTHER_FIELDS]
    return f"请填写：{'、'.join(named)}。" if named else ERRORS["missing"]
