"""Food bags packed and left: they check the taps, suggest the correction, and never count."""

from datetime import timedelta

import pytest

from kiosk.database import writing
from kiosk.domain import food
from tests import build
from tests.build import TODAY, House


def keep(house: House, packed: int | None = None, left: int | None = None) -> None:
    with writing(house.session):
        food.keep_food(house.session, house.centre.id, TODAY, packed, left)
        house.session.commit()


def hand_out(house: House, bags: int) -> None:
    with writing(house.session):
        build.event(house.session, house.centre, house.activities["food_bag"], bags, TODAY)
        build.noise(house, [TODAY])
        house.session.commit()


def suggestion(house: House) -> food.Food | None:
    return food.suggest_food_correction(house.session, house.centre.id, TODAY)


def test_what_is_gone_and_was_not_tapped_is_suggested(house: House) -> None:
    hand_out(house, 31)
    keep(house, packed=40)
    assert suggestion(house) is None
    keep(house, left=6)
    one = suggestion(house)
    assert one is not None
    assert (one.packed, one.left, one.handed_out, one.counted, one.difference) == (40, 6, 34, 31, 3)
    assert one.activity_id == house.activities["food_bag"].id


def test_where_both_agree_there_is_nothing_to_suggest(house: House) -> None:
    hand_out(house, 34)
    keep(house, packed=40, left=6)
    assert suggestion(house) is None
    assert food.suggest_food_correction(house.session, house.other_centre.id, TODAY) is None


def test_a_day_nobody_tapped_on_is_suggested_too(house: House) -> None:
    keep(house, packed=3, left=0)
    one = suggestion(house)
    assert one is not None and (one.counted, one.difference) == (0, 3)


def test_the_bags_of_one_day_say_nothing_of_another(house: House) -> None:
    keep(house, packed=40, left=6)
    assert food.suggest_food_correction(house.session, house.centre.id, TODAY + timedelta(days=1)) is None


@pytest.mark.parametrize(("packed", "left"), [(-1, None), (None, -1), (food.MOST_BAGS + 1, None)])
def test_an_impossible_number_is_refused(house: House, packed: int | None, left: int | None) -> None:
    with pytest.raises(food.BagsNotPossible):
        keep(house, packed, left)


def test_no_more_can_be_left_than_were_packed_whichever_came_first(house: House) -> None:
    keep(house, left=5)
    with pytest.raises(food.MoreLeftThanPacked):
        keep(house, packed=4)
    keep(house, packed=5)
    with pytest.raises(food.MoreLeftThanPacked):
        keep(house, left=6)
    found = food.find_food(house.session, house.centre.id, TODAY)
    assert found is not None and (found.packed, found.left) == (5, 5)


def test_the_bags_stand_in_no_sum(house: House) -> None:
    keep(house, packed=40, left=6)
    assert house.ledger() == []
