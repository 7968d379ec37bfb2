"""The catalogue on a page: each item with its limits and examples, and how often clerks left it as it came."""

from api.lifecycle import Role
from nlp.catalogue import Kind
from tests.api.browsing import TENANCY, acted, browser, report
from tests.conftest import Api


async def test_every_item_stands_there_with_its_limits_and_examples(sqlite_api: Api) -> None:
    page = await (await browser(sqlite_api, Role.ADMIN)).open("/items")
    catalogue = sqlite_api.office.catalogue
    entries = [entry for entry in catalogue.entries if entry.kind is not Kind.ACT]
    assert page.status == 200 and all(entry.name in page.words for entry in entries)
    lamp = catalogue.by_label["street_light"]
    assert (
        lamp.utterances[0].replace("{", "").replace("}", "") in page.words
        and f"共 {len(lamp.utterances)} 句" in page.words
    )
    assert "24 个工作小时（暂定）" in page.words and "{" not in page.words and "近 90 天" not in page.words


async def test_the_score_is_that_of_what_came_as_the_item(api: Api) -> None:
    clerk = await api.staff("立案的", Role.TRIAGE)
    for nth in range(4):
        number = await report(api, text="路灯不亮", label="street_light", place="观前街", reporter=f"r{nth}")
        await acted(api, number, "file", clerk, **({"label": "sidewalk"} if nth == 0 else {}))
    number = await report(api, text="路面破了", label="sidewalk", place="观前街")
    await acted(api, number, "file", clerk)
    await api.staff("顾律师", Role.ADVISER)
    await report(api, **TENANCY)
    page = await (await browser(api, Role.ADMIN)).open("/items")
    words = " ".join(page.words.split())
    names = api.office.catalogue.by_label
    assert f"{names['street_light'].name} 近 90 天 4 件，受理员改了 1 件" in words
    assert f"{names['sidewalk'].name} 近 90 天 1 件，受理员都没有改" in words
    assert words.count("近 90 天") == 2
