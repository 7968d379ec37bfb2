"""A legal adviser writes the answer in their chat, where the resident agreed to that: the answer, then its laws."""

from dataclasses import replace

import pytest

from bot import duty_notices, duty_texts
from bot.dialogue import respond
from bot.duty_events import DutyAct, DutyDone, DutyRefused, DutyShown, ShowDuty
from bot.duty_forms import Form, written
from bot.duty_mending import MENDS
from bot.events import Pressed, Said, Say
from bot.state import Dialogue, Step
from bot.store import DIALOGUE
from tests.bot import duty_examples as duty_of
from tests.bot import examples
from tests.bot.duty_examples import NUMBER, ON_DUTY, filled
from tests.bot.test_dialogue import says
from tests.bot.test_duty import WORDS, heard, on, talked

ANSWER, LAW, OTHER_LAW = "押金应当退，先书面催一次。", "《民法典》第七百零八条", "民法典第七百一十条第一款"
MORE = "另外，" + "请把当时的转账记录和聊天记录都留好，" * 5
ASKED_LAWS = Form("1", NUMBER, "answer", {"note": ANSWER})
CARD = replace(ASKED_LAWS, fields={"note": ANSWER, "laws": LAW})


def said(*texts: str) -> list[Said]:
    return [Said(text, WORDS) for text in texts]


def test_the_answer_is_asked_for_then_its_laws_and_both_are_sent_once() -> None:
    dialogue, commands = respond(ON_DUTY, Pressed(f"duty-do:{NUMBER}:answer"))
    assert "供参考的意见" in heard(commands) and says(commands)[0].confidential
    dialogue, commands = talked(dialogue, *said(ANSWER))
    assert "一行一条" in heard(commands) and not says(commands)[0].confidential
    dialogue, commands = talked(dialogue, *said(f"{LAW}\n{OTHER_LAW}"))
    assert f"您写的：{ANSWER}" in heard(commands) and f"依据：{LAW}\n{OTHER_LAW}" in heard(commands)
    dialogue, sent = talked(dialogue, Pressed("duty-ok:2"))
    assert sent == [DutyAct(NUMBER, "answer", "2", {"note": ANSWER, "laws": f"{LAW}\n{OTHER_LAW}"})]
    dialogue, done = respond(dialogue, DutyDone(NUMBER, "answer", "2"))
    assert "已经发给居民" in heard(done) and dialogue.form == Form()


@pytest.mark.parametrize("way", [Pressed("duty-skip:1"), *said("没有法条", "没有。", "无", "跳过", "不用了")])
def test_an_answer_may_rest_on_no_law(way: Pressed | Said) -> None:
    dialogue, commands = respond(on(ASKED_LAWS), way)
    assert f"依据：{duty_texts.LEFT_EMPTY}" in heard(commands)
    assert talked(dialogue, Pressed("duty-ok:1"))[1] == [DutyAct(NUMBER, "answer", "1", {"note": ANSWER, "laws": ""})]


def test_only_the_laws_may_be_left_out() -> None:
    after, commands = respond(on(Form("1", NUMBER, "answer")), Pressed("duty-skip:1"))
    assert after.form.fields == {} and "您怎么答" in heard(commands)
    assert not [button for row in says(commands)[0].buttons for button in row if button.id.startswith("duty-skip")]
    assert respond(on(CARD), Pressed("duty-skip:1"))[0].form == CARD


def test_a_further_paragraph_is_of_the_answer_and_the_laws_are_asked_for_again() -> None:
    dialogue, commands = talked(on(ASKED_LAWS), *said(MORE))
    assert dialogue.form.fields == {"note": f"{ANSWER}\n{MORE}"}
    assert duty_texts.ADDED in heard(commands) and "一行一条" in heard(commands)


def test_at_the_card_laws_join_the_laws_and_other_words_the_answer() -> None:
    dialogue, _ = talked(on(CARD), *said(OTHER_LAW, "先别搬走。"))
    assert dialogue.form.fields == {"note": f"{ANSWER}\n先别搬走。", "laws": f"{LAW}\n{OTHER_LAW}"}
    assert talked(on(CARD), *said("没有"))[0].form == CARD, "nothing to add"
    without = replace(CARD, fields={"note": ANSWER, "laws": ""})
    assert talked(on(without), *said(LAW))[0].form.fields["laws"] == LAW


@pytest.mark.parametrize("form", [ASKED_LAWS, CARD])
def test_an_answer_that_is_edited_stays_the_answer(form: Form) -> None:
    anew = "押金应当退，先书面催两次。"
    dialogue, _ = respond(on(form), Said(anew, WORDS, edited=True))
    assert dialogue.form.fields == form.fields | {"note": anew}


def test_laws_that_are_edited_stay_the_laws() -> None:
    dialogue, _ = respond(on(CARD), Said("《民法典》第七百零九条", WORDS, edited=True))
    assert dialogue.form.fields == {"note": ANSWER, "laws": "《民法典》第七百零九条"}


def test_that_a_lawyer_is_needed_is_said_by_one_press_and_taken_back_by_another() -> None:
    dialogue, commands = respond(on(CARD), Pressed("duty-lawyer:1"))
    assert duty_texts.WITH_LAWYER in heard(commands)
    assert talked(dialogue, Pressed("duty-ok:1"))[1] == [DutyAct(NUMBER, "answer", "1", CARD.fields | {"lawyer": True})]
    dialogue, commands = respond(dialogue, Pressed("duty-lawyer:1"))
    assert dialogue.form == CARD and duty_texts.WITH_LAWYER not in heard(commands)
    assert not respond(on(filled("fail")), Pressed("duty-lawyer:1"))[0].form.lawyer


def test_a_law_that_the_api_cannot_read_is_asked_for_again_and_the_answer_stays() -> None:
    sent = replace(CARD, fields={"note": ANSWER, "laws": f"{LAW}\n第七百条"}, sent=True, lawyer=True)
    refused = DutyRefused("answer", "bad_citation", NUMBER, "1", written("answer", sent.fields), "第七百条")
    dialogue, commands = respond(on(sent), refused)
    assert dialogue.form == replace(ASKED_LAWS, lawyer=True)
    assert "“第七百条”" in heard(commands) and LAW in heard(commands) and "一行一条" in heard(commands)
    dialogue, _ = talked(dialogue, *said(LAW))
    assert talked(dialogue, Pressed("duty-ok:1"))[1] == [DutyAct(NUMBER, "answer", "1", CARD.fields | {"lawyer": True})]


def test_a_draft_on_the_page_is_replaced_only_when_it_was_named() -> None:
    refused = DutyRefused("answer", "draft_changed", NUMBER, "1", "", duty_of.NOW)
    dialogue, commands = respond(on(replace(CARD, sent=True)), refused)
    assert "11 月 23 日 10:00" in heard(commands) and "确认送出" in {
        button.text for say in says(commands) for row in say.buttons for button in row
    }
    _, sent = talked(dialogue, Pressed("duty-ok:1"))
    assert sent == [DutyAct(NUMBER, "answer", "1", CARD.fields | {"over_draft": duty_of.NOW})]
    dropped, _ = talked(dialogue, Pressed("duty-drop:1"))
    assert dropped.form == Form()


ABOUT = {"bad_citation": "第七条", "draft_changed": duty_of.NOW}


@pytest.mark.parametrize("code", MENDS)
def test_a_refusal_in_the_midst_of_an_own_report_asks_later(code: str) -> None:
    midst = Dialogue(Step.WHERE, examples.of_lamp(), count=1, bound="王律师", form=replace(CARD, sent=True))
    after, commands = respond(midst, DutyRefused("answer", code, NUMBER, "1", "", ABOUT[code]))
    assert len(commands) == 1 and (after.step, after.draft) == (midst.step, midst.draft)
    assert not after.form.sent and after.form.fields["note"] == ANSWER


@pytest.mark.parametrize("code", MENDS)
def test_a_refusal_of_an_answer_whose_form_is_gone_gives_the_words_back(code: str) -> None:
    refused = DutyRefused("answer", code, NUMBER, "7", f"{ANSWER}；{LAW}", ABOUT[code])
    after, commands = respond(on(filled("fail")), refused)
    assert after.form == filled("fail") and ANSWER in heard(commands) and LAW in heard(commands)


def test_who_may_not_answer_here_is_told_where_and_keeps_the_words() -> None:
    refused = DutyRefused("answer", "forbidden", NUMBER, "1", ANSWER, "only_on_page")
    after, commands = respond(on(replace(CARD, sent=True)), refused)
    assert after.form == Form() and duty_texts.REASONS["only_on_page"] in heard(commands) and ANSWER in heard(commands)
    assert commands[-1] == ShowDuty(NUMBER)


def test_a_matter_whose_resident_agreed_is_shown_and_answered_here() -> None:
    _, commands = respond(ON_DUTY, DutyShown(duty_of.AGREED, duty_of.NOW))
    (shown,) = says(commands)
    assert "居民问：房东不退押金" in shown.text and "居民后来说：合同找到了" in shown.text
    assert "您在工作页面上存着一份草稿（11 月 23 日 10:00 存的）" in shown.text
    assert duty_texts.LEGAL_AGREED in shown.text and duty_texts.ELSEWHERE not in shown.text
    assert {button.text for row in shown.buttons for button in row} == {"答复居民", "询问居民", "转交其他顾问"}


@pytest.mark.parametrize(
    "words",
    ["又着火的话打119", "她说“我要投诉”，那是她的权利", "另外报警的回执也要留着", "我想先说清楚：押金应当退"],
)
@pytest.mark.parametrize("deed", ["answer", "ask_back"])
@pytest.mark.parametrize("anew", [True, False])
def test_what_is_written_of_a_legal_matter_never_becomes_a_report_by_itself(deed: str, words: str, anew: bool) -> None:
    """It would be read at the desk, and danger filed at once."""
    risky = replace(examples.ON_FIRE, options=examples.A_LAMP.options)
    dialogue, commands = respond(on(Form("1", NUMBER, deed)), Said(words, risky, anew=anew))
    assert dialogue.form.fields == {"note": words} and {type(each) for each in commands} == {Say}
    assert "119" in says(commands)[0].text, "who wrote it may be in danger themselves"


def test_who_begins_with_it_reports_for_themselves_also_in_the_midst_of_an_answer() -> None:
    dialogue, _ = respond(on(ASKED_LAWS), Said("我要报修，南环新村12幢的路灯不亮", examples.A_LAMP))
    assert dialogue.draft.text and dialogue.form == ASKED_LAWS


FURTHER = {"legal.follow_up": "note", "legal.unsolved": "note", "legal.reply": "note", "legal.reopen": "reason"}


@pytest.mark.parametrize(("kind", "name"), FURTHER.items())
def test_what_the_resident_says_further_is_told_in_their_words_only_where_the_api_sends_them(
    kind: str, name: str
) -> None:
    facts = {"number": NUMBER, "name": "房屋租赁"}
    apart = duty_notices.notice(f"duty.{kind}", facts)
    assert apart.endswith(duty_notices.ON_THE_PAGE) and "“" not in apart
    agreed = duty_notices.notice(f"duty.{kind}", facts | {"in_chat": True, name: "利息也能要吗"})
    assert "利息也能要吗" in agreed and agreed.endswith(duty_notices.IN_CHAT)
    assert duty_notices.ON_THE_PAGE not in agreed


def test_a_form_from_before_answers_were_written_here_is_still_read() -> None:
    kept = f'{{"bound": "维修队", "form": {{"key": "1", "number": "{NUMBER}", "action": "fail", "sent": true}}}}'
    assert DIALOGUE.validate_json(kept).form == Form("1", NUMBER, "fail", sent=True)
