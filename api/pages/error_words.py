"""Every sentence of the staff pages that says why something was not done, by the code or the reason of its error."""

from api.lifecycle import Action, Lane, Need
from api.pages.words import FIELDS, OTHER_FIELDS

ERRORS: dict[str, str] = {
    "error": "这一步没有办成。",
    "not_signed_in": "请先登录。",
    "not_bound": "这个聊天没有绑定工作人员。",
    "forbidden": "这一步不归您的岗位办理。",
    "not_found": "没有找到这一页。可能编号有误，也可能这件工单不在您的办理范围内。",
    "not_allowed": "按工单现在的状态，这一步不能办。",
    "stale": "有人先办了一步，您的操作没有执行。",
    "draft_changed": "草稿刚在另一个页面存过，这里写的还没有存。两份都列着，再按“存草稿”，就以这里的为准。",
    "held": "同事领了这件在办，您的操作没有执行。",
    "key_reused": "这张表已经提交过一次，后来改动的内容没有提交。",
    "has_ended": "这个编号的诉求已经收到过，工单也已经结束。",
    "malformed": "这个地址或这张表不完整，请返回上一页再试。",
    "wrong_method": "这个地址不能这样打开。",
    "missing": "还有内容没有填。",
    "broken": "系统出了问题，这一步可能没有办成。请稍后再试。",
    "unknown_assignee": "选中的单位或人员不能承办这件工单，请另选。",
    "unknown_label": "这件工单不能归到选中的事项，请另选。",
    "bad_citation": "依据有一行没看懂，请写成“《民法典》第七百零八条”这样，一行一条。",
    "bad_mediation": "调解的这一项不对，请看过再填。",
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
    "bad_rule": "这条规则不能这样存。",
    "bad_day": "这一天不能这样改。",
    "bad_shift": "这条值班不能这样排。",
    "bad_times": "日子或钟点没看懂。",
    "bad_text": "这句常用语不能这样存。",
    "bad_case": "这个案例还不能送审。",
    "bad_client": "不能给这个程序发密钥。",
}
REASONS: dict[str, str] = {
    "mediation_kind": "请选怎么调解。",
    "mediation_on": "日期不对：不能早于前一步，也不能晚于今天。",
    "mediation_at": "时间不对：要在现在以后、一年以内。",
    "mediation_outcome": "请选调解的结果。",
    "in_mediation": "这件正在调解，等有了结果再办这一步。",
    "no_mediation": "这件没有在调解，可能已经结束。",
    "not_so_far": "调解还没走到这一步，或者已经走过了。",
    "has_begun": "调解已经开始，请用“记下调解结果”。",
    "party_is_client": "对方和您有利害关系，请把这件转交给别的顾问。",
    "mediations": "一件最多提议三次调解。",
    "csrf": "这一页放得太久，已经失效。请返回上一页，刷新后再试。",
    "reads_only": "这个令牌只能查看。",
    "two_persons": "一次只能替一个人办。",
    "handled_it": "这件是您自己办的，要由别人核查。",
    "supervisor_only": "这件已转督办，由督办员决定。",
    "anonymous": "居民选择了匿名，看不到是谁。",
    "already_asked": "已经提过一次，正在等答复。",
    "nothing_asked": "没有等待决定的申请，可能已经有人办过。",
    "others_wished": "这件咨询已经换过两次顾问，不能再换。",
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
    "rules": "规则最多 200 条，请先删去一些。",
    "shifts": "一家单位最多排 200 条，请先撤下一些。",
    "rules_changed": "这一页打开以后规则改过了，您的改动没有保存。请看过现在的规则，再试一次。",
    "services": "一天最多登记 50 件。",
    "clients": "委托人最多记 500 位，请先删去一些。",
    "only_reviews": "请您看的这件，您只写意见，别的不归您办。",
    "only_on_page": "居民没有同意在聊天里说这件事，请在工作页面上办。",
    "own_answer": "这是您自己的答复，要由别人看。",
    "under_review": "已经请了一位顾问在看。",
    "reviews": "一件最多请同行看两次。",
    "no_draft": "请先写好答复，按“存草稿”，再请同行看。",
    "no_peer": "这位顾问不能看这件，请另选一位。",
    "not_readable": "还不能看这件的内容，看了才能写意见。",
    "no_review": "现在没有请人看。",
    "has_part": "这位顾问和这件事有利害关系，请另选一位。",
    "views": "常用筛选最多存 12 个，请先删去一个。",
    "other_changed": "另一件刚刚有了变化，没有动它。请看过再决定。",
    "on_its_way": "这条通知正在发，不用再发。",
    "told_since": "这条通知之后又发过别的，或者已经有人重发过。",
    "not_again": "这条通知不能重发：对方已经不需要或收不到了。",
    "no_case": "答复过、还在您手上的咨询，才能写成案例。",
    "own_case": "自己写的案例要由另一位顾问审核。",
    "not_author": "这个案例要由写的人来改。",
    "case_moved": "这个案例刚刚有了变化，您的操作没有执行。请看过再决定。",
    "case_revised": "另一位顾问正在改这个案例。",
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
BAD_RULES: dict[str, str] = {
    "name": "规则的名称要有 1 到 100 个字。",
    "twice": "已经有叫这个名称的规则，请换一个。",
    "items": "选中的事项里有的已经停用，请另选。",
    "areas": "选中的地方里有的已经不在，请另选。",
    "when": "时间没看懂，请再选一次。",
    "urgent": "请选紧急不紧急。",
    "to": "请选交给谁。选过的单位或人可能已经不在，请另选。",
    "joint": "选中的协办单位或人已经不在，请另选。",
    "place": "请选放在第几条。",
    "untried": "请先看这样改会怎么派，再保存。",
}
BAD_DAYS: dict[str, str] = {
    "day": "请选日期。",
    "span": "结束要不早于开始，一次最多 31 天。",
    "past": "过去的日子不能再改，只能改今天和以后的。",
    "far": "只能改两年以内的日子。",
    "kind": "请选当天上班还是休息。",
    "why": "请写为什么，最多 50 个字。",
    "same": "这些日子本来就是这样，不用改。",
    "gone": "这一天已经撤销了。",
    "untried": "日历在您看过以后改过了，这次没有保存。请再看一遍影响。",
}
BAD_SHIFTS: dict[str, str] = {
    "staff": "请选谁值班。只能排在岗的承办员和法律顾问。",
    "twice": "这个人这个时间已经排过了。",
}
BAD_TIMES: dict[str, str] = {
    "dates": "日期没看懂，请写成 2026-10-01 这样，几天之间用空格隔开。",
    "many": "日期最多写 60 个。",
    "hours": "钟点没看懂，请写成 17:30 这样。",
    "half": "钟点要有开始和结束，全天就都不填。",
    "same": "开始和结束是同一时刻。全天就都不填。",
}
BAD_SERVICES: dict[str, str] = {
    "kind": "请选做了什么。",
    "held_on": "日期不对：只能登记一年以内、到今天为止的。",
    "community": "选中的社区不是您服务的，请另选。",
    "title": "请写题目，最多 200 个字。",
    "papers": "材料放在哪里写得太长了，最多 200 个字。",
    "attendance": "法治宣传要写到场人数，写一个数字就行。",
    "counted": "这一天您在这个社区的调解，系统已经自动计入，不用再登记。确实是另外一件的，请在下面勾上再登记。",
    "again": "这一件已经登记过了。",
}
BAD_CASES: dict[str, str] = {
    "topic": "请选是哪一类法律问题。",
    "short_question": "问题写得太短，请写成一句居民会问的话。",
    "short_answer": "解答写得太短，至少 {least} 个字。",
    "long_question": "问题太长了，最多 {question} 个字。",
    "long_answer": "解答太长了，最多 {answer} 个字。",
    "long_laws": "依据太长了。",
    "number": "还有号码“{words}”，请删去。",
    "house": "还有门牌“{words}”，请换成“某处”这样的说法。",
    "name": "还有原话里的名字“{words}”，请换成“房东”“对方”这样的说法。",
    "place": "还有原话里的地点“{words}”，请换成“某小区”这样的说法。",
    "laws": "依据里这一行没看懂：“{words}”。请写成“《民法典》第七百零八条”这样，一行一条。",
    "no_reason": "请写原因。",
}
WRONG_LOGIN = "登录名或口令不对。连续错五次，要等十五分钟才能再试。"


def of_error(code: str, reason: str = "") -> str:
    return REASONS.get(reason) or ERRORS.get(code, ERRORS["error"])


def of_needs(lane: Lane, action: Action | None, needs: list[str]) -> str:
    """What is still to be filled in, by the names on the form."""
    named = [FIELDS[lane, action, Need(need)] for need in needs if action and need in list(Need)]
    named += [OTHER_FIELDS[need] for need in needs if need in OTHER_FIELDS]
    return f"请填写：{'、'.join(named)}。" if named else ERRORS["missing"]
