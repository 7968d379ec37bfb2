"""The law first: what a legal question tells of that is to be put right is offered before it, and filed without a word
of the law."""

from dataclasses import replace

import pytest

from bot.dialogue import respond
from bot.events import Filed, FileTicket, Heard, Pressed, Said, Say
from bot.mixed_words import to_repair
from bot.state import Dialogue, Step
from tests.bot.examples import LAMP, LEASE, LEGAL, NUMBER
from tests.bot.test_dialogue import says

WORDS = "路灯坏了害我摔断了手，找谁赔"
ASKED, _ = respond(Dialogue(), Said(WORDS, replace(LEGAL, touched=(), repair=LAMP, repair_words="路灯坏了")))
TELLS_OF = {
    "门口井盖没了，我摔骨折了，能找谁赔": ("manhole_cover", "门口井盖没了"),
    "路灯坏了好久，我妈摔了，找谁赔": ("street_light", "路灯坏了好久"),
    "人行道地砖翘起来绊倒了我，医药费市政出不出": ("sidewalk", "人行道地砖翘起来"),
    "小区路灯不亮害我崴了脚物业有没有责任": ("street_light", "小区路灯不亮"),
    "窨井盖松动电动车翻了修车的钱该哪个出": ("manhole_cover", "窨井盖松动电动车翻了修车的钱"),
    "广告牌掉下来砸坏我车，向谁索赔": ("facade_fall", "广告牌掉下来"),
    "树枝断了砸到车顶，保险不赔，能起诉绿化养护的吗": ("fallen_tree", "树枝断了"),
    "护栏断了一截孩子掉下去伤了胳膊，可以告管理单位吗": ("guardrail", "护栏断了一截"),
    "楼道灯坏了半年，老太太下楼跌断了腿，物业要不要负法律责任": ("power_lighting", "楼道灯坏了半年"),
    "电梯夹了人，维保公司该承担什么责任": ("elevator", "电梯夹了人"),
    "外墙瓷砖脱落砸伤行人，应该找开发商还是物业赔": ("facade_fall", "外墙瓷砖脱落"),
    "路面有个大坑，骑车摔得牙齿掉了，能要求国家赔偿吗": ("road_surface", "路面有个大坑"),
    "道闸砸到我的头，物业说跟他们无关，合法吗": ("access_control", "道闸砸到"),
    "健身器材断了摔伤，社区赔吗": ("public_fixture", "健身器材断了"),
    "巷口积水结冰滑倒骨折，有没有地方索赔": ("flooding", "巷口积水结冰滑倒"),
    "下水道堵了污水反水泡了地板，责任在谁": ("drain_blockage", "下水道堵了污水反水泡了地板"),
    "围墙倒了压坏我的车，谁的责任": ("boundary_wall", "围墙倒了压坏"),
    "电线掉下来绊倒人，供电公司赔不赔": ("dangling_cable", "电线掉下来"),
    "台阶缺了一块，外公摔了，诉讼时效多久": ("sidewalk", "台阶缺了一块"),
    "天台漏水把我家天花板泡坏，能告物业吗": ("water_leak", "天台漏水"),
    "工地没围挡，晚上掉坑里，找施工方赔要哪些证据": ("works_hazard", "工地没围挡"),
    "减速带坏了翘起来，摩托车翻了谁负责赔偿": ("guardrail", "减速带坏了翘起来"),
    "滑梯松了小囡摔出血，能不能要求赔偿": ("public_fixture", "滑梯松了"),
    "地下车库入口道闸失灵把车砸了，物业推给厂家，我该告谁": ("access_control", "地下车库入口道闸失灵"),
    "弄堂路面塌陷，三轮车翻了，可以申请法律援助吗": ("road_surface", "弄堂路面塌陷"),
    "昨晚在梅巷口被缺了盖的窨井绊进去，腿缝了八针，向哪个部门要赔偿": ("manhole_cover", "昨晚在梅巷口被缺了盖的窨井"),
    "楼梯灯坏了没人换，婆婆下楼踩空去世了，我们能追究物业吗": ("power_lighting", "楼梯灯坏了没人换"),
    "栏杆松了好几年没人修，儿子靠上去摔下河，责任怎么认定": ("guardrail", "栏杆松了好几年没人修"),
    "墙皮整块掉下来砸到婴儿车，人没事车废了，可以起诉吗": ("facade_fall", "墙皮整块掉下来"),
    "马路中间塌了个洞，轮胎爆了，交警说不归他们，找谁赔": ("road_surface", "马路中间塌了个洞"),
    "树倒下来压坏车棚和三辆电瓶车，算不可抗力吗": ("fallen_tree", "树倒下来压坏车棚和三辆电瓶车"),
    "抬杆掉下来砸了我的挡风玻璃，停车场不认": ("access_control", "抬杆掉下来"),
    "化粪池堵了粪水漫进一楼，地板家具全毁，谁负责": ("drain_blockage", "化粪池堵了粪水漫进一楼"),
    "公交站台的玻璃碎了割破手，能不能走法律程序": ("public_fixture", "公交站台的玻璃碎了割破手"),
    "盲道缺了几块砖，视障的朋友摔伤了，起诉谁": ("sidewalk", "盲道缺了几块砖"),
    "网线拖在地上把骑车的绊倒了，运营商推来推去，怎么办": ("dangling_cable", "网线拖在地上"),
    "施工没警示，夜里摔进沟里，误工费怎么算": ("works_hazard", "施工没警示"),
}
TELLS_OF_NONE = (
    "楼上漏水把我家泡了能不能告他",
    "邻居把外墙打洞装空调，掉水泥，我能起诉吗",
    "房东说路灯费也要我出，合同里没写",
    "电梯费一楼要不要交",
    "加装电梯我们一楼不同意怎么办",
    "在超市地砖滑倒，超市不赔",
    "饭店台阶没有警示牌摔了一跤能索赔吗",
    "井盖去年没了我摔过，现在修好了还能要求赔偿吗",
    "被路灯杆上的广告骗了怎么维权",
    "开车撞坏护栏要赔多少",
    "我撞断了树要不要判刑",
    "公司里电梯夹伤算工伤吗",
    "在厂里被掉下来的招牌砸了算不算工伤",
    "遗产里有一棵老树归谁",
    "电线杆立在我家宅基地上要补偿吗",
    "停车被树上的果子砸，找谁",
    "租的房子屋顶漏水，房东不修，我能不付房租吗",
    "装修把我家墙弄裂了，隔壁不认账",
    "小孩弄坏了小区健身器材要赔吗",
    "偷井盖判几年",
    "广告牌合同没履行怎么起诉",
    "路灯下打架我被打伤怎么报案",
    "围墙是两家共用的，邻居要拆，合法吗",
    "开发商交房电梯品牌和合同不一样",
    "物业说下水道堵了要每户摊钱合理吗",
    "修路把我家门口挖了，营业损失有补偿吗",
    "电缆厂欠我工资",
    "学校里滑梯摔伤，学校赔不赔",
    "我家的窗被台风吹掉砸了别人的车要赔吗",
    "酒店门口结冰滑倒，酒店推卸责任",
    "我在小区散步踩空台阶摔了，没有坏，就是我没看清，物业赔吗",
    "树苗买来全死了卖家不退钱",
    "路灯厂拖欠加班费怎么要",
    "隔壁装修震得外墙开裂，怎么取证",
    "买的二手房屋顶漏水，前房东没说，可以退房吗",
    "井盖是哪个部门负责，被撞死的人家属怎么告",
    "围墙外面的地是谁的，想确权",
    "电梯里被人打了，监控不给看",
    "业主群里说我偷了路灯，名誉侵权吗",
    "物业不修电梯，我可以拒交物业费吗",
    "幼儿园滑梯上孩子互相推搡骨折，谁担责",
    "门口的大树去年倒了砸坏车，早就锯走了，还能索赔吗",
)


@pytest.mark.parametrize(("said", "found"), TELLS_OF.items())
def test_tells_of_something_to_put_right(said: str, found: tuple[str, str]) -> None:
    assert to_repair(said) == found
    assert found[1] in said


@pytest.mark.parametrize("said", TELLS_OF_NONE)
def test_asks_only_the_law(said: str) -> None:
    assert to_repair(said) == ("", "")


def test_what_was_put_right_once_and_is_broken_again() -> None:
    assert to_repair("去年井盖没了，到现在没人管，我掉下去了能告谁")[0] == "manhole_cover"


def test_it_is_asked_before_the_first_word_of_the_law() -> None:
    dialogue, commands = respond(Dialogue(), Said(WORDS, replace(LEGAL, repair=LAMP, repair_words="路灯坏了")))
    (asked,) = says(commands)
    assert dialogue.step is Step.BOTH
    assert "“路灯坏了”" in asked.text and "摔断" not in asked.text
    assert [button.id for row in asked.buttons for button in row] == ["both:1", "onlylaw:1"]


@pytest.mark.parametrize(
    "event",
    [
        Pressed("both:1"),
        Said("好的", Heard()),
        Said("要的", Heard(kind="act", label="act:affirm", sureness="sure")),
        Said("也报修", Heard()),
    ],
)
def test_the_repair_comes_first_without_the_law_and_the_law_after_it(event: Pressed | Said) -> None:
    with_paper = replace(ASKED, draft=replace(ASKED.draft, photos=("paper",)))
    dialogue, _ = respond(with_paper, event)
    repair, (law,) = dialogue.draft, dialogue.queue
    assert (dialogue.step, repair.chosen, repair.text, repair.photos) == (Step.WHERE, LAMP, "路灯坏了", ())
    assert (law.chosen, law.text, law.photos, law.told_with) == (LEASE, WORDS, ("paper",), repair.told_with)
    at = replace(dialogue, step=Step.FILING, draft=replace(repair, place="石路8号", community="石路社区"))
    after, commands = respond(at, Filed(repair.key, NUMBER, {"promise": None, "step": 1, "lane": "public"}))
    assert (after.draft.key, after.draft.interview.beside, after.draft.interview.beside_name) == (
        "1",
        NUMBER,
        LAMP.name,
    )
    assert (after.draft.place, after.draft.community) == ("石路8号", "石路社区")
    assert any("这像是法律咨询" in say.text for say in says(commands))


@pytest.mark.parametrize(
    "event",
    [Pressed("onlylaw:1"), Said("不用", Heard(kind="act", label="act:deny", sureness="sure")), Said("没有", Heard())],
)
def test_declined_the_question_goes_on_alone(event: Pressed | Said) -> None:
    dialogue, commands = respond(ASKED, event)
    assert (dialogue.draft.repair, dialogue.draft.text, dialogue.queue) == (None, WORDS, ())
    assert any("这像是法律咨询" in say.text for say in says(commands))


def test_more_words_are_kept_with_the_question() -> None:
    dialogue, _ = respond(ASKED, Said("医院说要歇三个月", Heard()))
    assert dialogue.draft.text == f"{WORDS}\n医院说要歇三个月"
    assert (dialogue.draft.repair, dialogue.queue) == (None, ())


def test_a_clerk_is_asked_no_more_than_that() -> None:
    dialogue, _ = respond(ASKED, Said("转人工", Heard(kind="act", label="act:human", sureness="sure")))
    assert dialogue.draft.chosen is None and dialogue.step is not Step.BOTH


def test_a_greeting_is_no_answer() -> None:
    dialogue, commands = respond(ASKED, Said("你好", Heard(kind="act", label="act:greet", sureness="sure")))
    assert (dialogue.step, len(says(commands))) == (Step.BOTH, 1)


@pytest.mark.parametrize("pressed", ["both:1", "onlylaw:1"])
def test_pressed_again_it_is_too_late(pressed: str) -> None:
    dialogue, _ = respond(ASKED, Pressed("onlylaw:1"))
    again, commands = respond(dialogue, Pressed(pressed))
    assert again.draft == dialogue.draft and again.queue == ()
    assert isinstance(commands[0], Say) and "用不了" in commands[0].text
    assert not any(isinstance(command, FileTicket) for command in commands)
