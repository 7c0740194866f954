"""Who a paired tablet is when it comes again."""

from sqlalchemy import select

from kiosk.domain.pairing import find_tablet
from kiosk.domain.tallying import Poster
from kiosk.kinds import Audience
from kiosk.models import Station
from tests.build import NOW, House


def station(house: House, name: str) -> Station:
    house.session.expire_all()
    return house.session.scalars(select(Station).where(Station.name == name)).one()


def test_a_paired_tablet_is_known_by_its_token_with_its_screen_and_centre(house: House) -> None:
    tablet = find_tablet(house.session, house.tablets["volunteer"], NOW)
    screen = house.screens[Audience.VOLUNTEER]
    assert tablet and (tablet.name, tablet.screen_id) == ("Matutdeling", screen.id)
    assert tablet.poster == Poster(
        house.centre.id, "prove", "Europe/Oslo", Audience.VOLUNTEER, tablet.station_id, screen.id
    )
    elsewhere = find_tablet(house.session, house.tablets["other"], NOW)
    assert elsewhere and (elsewhere.poster.centre_id, elsewhere.poster.centre_slug) == (house.other_centre.id, "andre")


def test_a_revoked_and_an_unknown_tablet_are_not_found(house: House) -> None:
    for token in (house.tablets["revoked"], "no tablet ever had this", ""):
        assert find_tablet(house.session, token, NOW) is None


def test_a_tablet_that_is_revoked_later_is_not_found_any_more_and_the_others_are(house: House) -> None:
    assert find_tablet(house.session, house.tablets["door"], NOW)
    station(house, "Inngang").revoked_at = NOW
    house.session.commit()
    assert find_tablet(house.session, house.tablets["door"], NOW) is None
    assert find_tablet(house.session, house.tablets["staff"], NOW)


def test_a_token_is_not_stored_in_clear(house: House) -> None:
    hashes = list(house.session.scalars(select(Station.token_hash)))
    assert {len(hashed) for hashed in hashes} == {32}
    for token in house.tablets.values():
        assert not any(token.encode() in hashed or hashed.hex() == token for hashed in hashes)
