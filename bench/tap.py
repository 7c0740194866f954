"""One durable tap through the whole app ÷ a bare Flask route that commits one row, one client at a time."""

from clients import drive, taps
from harness import app_and_floor, median, ms, options, say


def main() -> None:
    asked = options(__doc__, rounds=15, count=100)
    with app_and_floor(asked.postgres) as (app, floor, instance):
        make = taps(instance.cookies)
        for server in (floor, app):
            drive(server.port, make, count=asked.count)
        of_floor, of_app = [], []
        for _ in range(asked.rounds):
            of_floor.append(median(drive(floor.port, make, count=asked.count).seconds))
            of_app.append(median(drive(app.port, make, count=asked.count).seconds))
    ratio = median([one / other for one, other in zip(of_app, of_floor, strict=True)])
    say("tap", ratio, app=ms(median(of_app)), floor=ms(median(of_floor)))


if __name__ == "__main__":
    main()
