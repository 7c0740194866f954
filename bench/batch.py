"""50 taps in one post ÷ one tap in one post."""

from clients import drive, taps
from harness import KIOSK, folder, make_instance, median, ms, options, postgres, say, serving


def main() -> None:
    asked = options(__doc__, rounds=9, count=60)
    with folder() as path, postgres(asked.postgres) as database:
        instance = make_instance(path, database("app"))
        one, fifty = taps(instance.cookies), taps(instance.cookies, 50)
        with serving(KIOSK, instance.environ) as app:
            drive(app.port, one, count=asked.count)
            drive(app.port, fifty, count=asked.count)
            of_one, of_fifty = [], []
            for _ in range(asked.rounds):
                of_one.append(median(drive(app.port, one, count=asked.count).seconds))
                answers = drive(app.port, fifty, count=asked.count)
                assert len(answers.acknowledged) == 50 * asked.count
                of_fifty.append(median(answers.seconds))
    ratio = median([many / few for many, few in zip(of_fifty, of_one, strict=True)])
    say("batch", ratio, fifty=ms(median(of_fifty)), one=ms(median(of_one)))


if __name__ == "__main__":
    main()
