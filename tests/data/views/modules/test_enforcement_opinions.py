"""The card of an enforcement case tells what observers said of it and were answered, and by whom."""

from data.domain.board import Listing
from data.domain.people import COMMAND_LINE, VISITOR
from data.domain.vocabulary import Role
from data.services.accounts import NewAccount, create_account
from data.services.observer_opinions import answer_opinion
from data.store.modules.enforcement import observer_opinions
from data.views.modules import VIEWS
from data.views.modules.view import Asked
from tests.observers import DAY, LEAD, observed_town
from tests.worlds import NOW


def test_a_card_tells_opinions_answers_and_who_gave_them(sqlite_url):
    world = observed_town(sqlite_url)
    create_account(
        world, NewAccount("li", "李四", Role.SHIFT_LEAD, "correct horse battery"), COMMAND_LINE, NOW
    )
    answer_opinion(world, "P1", "依据见决定书", "a", LEAD, NOW)
    with world.store.write() as transaction:
        filed = {
            "number": "P3",
            "observer_code": "O1",
            "enforcement_number": "C1",
            "opinion": "好",
            "is_demo": False,
        }
        row = filed | {"given_at": NOW - 9 * DAY, "answered_at": NOW - 8 * DAY}
        transaction.connection.execute(observer_opinions.insert().values(row))

    def told(actor, pick):
        card = VIEWS["enforcement"].board(world, Asked(actor, NOW, pick)).card
        found = [part for part in card if isinstance(part, Listing) and part.title == "观察意见与答复"]
        return [tuple(getattr(cell, "words", cell) for cell in row) for part in found for row in part.rows]

    assert told(LEAD, "case:C1") == [
        ("教育工作者 11-08：请说明裁量依据", "李四 11-23：依据见决定书"),
        ("社区干部 11-08：别人的意见", "待答复"),
        ("教育工作者 11-14：好", "11-15 已答复，内容未录入平台"),
    ]
    assert told(LEAD, "case:C2") == told(VISITOR, "case:C1") == []
    world.close()
